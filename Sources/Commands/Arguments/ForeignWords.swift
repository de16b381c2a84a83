/// What people who know other programs type, and what it is called here.
///
/// A word is compared in lower case and without its dashes at the front; those inside may be underscores.
private let foreignOptions: [(words: [String], answer: String)] = [
  (["learning-rate", "learningrate", "base-lr", "base-learning-rate", "rate", "eta", "alpha"], "--lr"),
  (
    [
      "batch-size", "batchsize", "bs", "train-batch-size", "mini-batch", "minibatch",
      "per-device-train-batch-size",
    ], "--batch"
  ),
  (
    [
      "workers", "num-workers", "n-workers", "nworkers", "jobs", "n-jobs", "num-threads", "cpus", "nproc",
      "processes", "j",
    ],
    "--threads"
  ),
  (
    [
      "output-dir", "out-dir", "outdir", "out", "output-folder", "output-path", "save-dir", "save-path",
      "log-dir", "logdir",
      "run-dir", "exp-dir", "work-dir", "checkpoint-dir", "ckpt-dir", "dest", "destination", "save",
    ], "--output (-o)"
  ),
  (["num-epochs", "n-epochs", "max-epochs", "nepochs", "iterations", "max-steps", "steps"], "--epochs"),
  (
    ["image-size", "img-size", "imgsz", "input-size", "crop-size", "resolution", "res", "patch-size"],
    "--size"
  ),
  (["arch", "model", "backbone", "encoder", "network", "net"], "--preset"),
  (["wd", "l2", "decay"], "--weight-decay"),
  (["random-seed", "manual-seed", "rng-seed", "random-state"], "--seed"),
  (["augment", "augmentation", "augmentations", "transform", "transforms", "aug"], "--recipe"),
  (["hflip", "horizontal-flip", "fliplr", "flip", "random-flip"], "--recipe with flip(0.5) in it"),
  (["vflip", "vertical-flip", "flipud"], "--recipe with vflip(0.5) in it"),
  (["rotate", "rotation", "degrees", "random-rotation"], "--recipe with rotate(15) in it"),
  (["color-jitter", "colour-jitter", "jitter"], "--recipe with jitter(0.4,0.4,0.4,0.1,p=0.8) in it"),
  (["gaussian-blur", "blur"], "--recipe with blur(0.1,2,p=0.5) in it"),
  (["grayscale", "greyscale", "random-grayscale"], "--recipe with grey(0.2) in it"),
  (
    [
      "pretrained", "pretrained-weights", "weights", "init-from", "init-weights", "initial-weights",
      "finetune",
      "fine-tune", "finetune-from", "from-pretrained", "load", "load-from", "restore-from", "start-from",
      "transfer",
    ], "--from"
  ),
  (
    [
      "save-period", "save-every-epochs", "keep-checkpoints", "save-every-epoch", "checkpoint-period", "keep",
      "save-epochs", "snapshot-every", "snapshots",
    ], "--keep-every"
  ),
  (["warmup-epochs", "warm-up", "warmup-steps"], "--warmup"),
  (["tau", "temp", "t"], "--temperature"),
  (["algorithm", "algo", "loss", "ssl-method"], "--method"),
  (["val", "val-dir", "validation", "test-dir", "test-data", "eval-data", "val-data"], "--test"),
  (["force", "f", "yes", "y", "clobber", "replace"], "--overwrite"),
  (
    ["resume-from", "from-checkpoint", "checkpoint", "ckpt", "continue", "resume-from-checkpoint"], "--resume"
  ),
  (["n-neighbors", "neighbors", "knn", "n-neighbours", "neighbours", "num-neighbors"], "--k"),
  (["save-freq", "save-interval", "save-steps", "checkpoint-every", "checkpoint-freq"], "--save-every"),
  (["eval-freq", "eval-interval", "eval-every", "val-interval"], "--knn-every"),
  (["scale", "upscale", "sf", "zoom"], "--factor"),
  (
    ["learning-rate-schedule", "scheduler", "lr-scheduler", "lr-schedule"],
    "the learning rate always follows a cosine"
  ),
  (["optimizer", "optim", "opt"], "the optimiser is always SGD with momentum"),
  (
    [
      "gpu", "gpus", "cuda", "device", "devices", "accelerator", "use-gpu", "gpu-id", "fp16", "amp",
      "precision", "bf16",
    ],
    "Siam computes on the CPU, in single precision"
  ),
  (
    [
      "data", "data-dir", "data-path", "dataset", "train", "train-dir", "train-data", "input", "input-dir",
      "i", "root",
      "images", "image-dir", "folder",
    ], "the pictures are given without an option, as ROOT"
  ),
  (["verbose", "v", "quiet", "q", "silent", "debug"], "Siam has no such option"),
  (["dry-run"], "siam check says what siam train would do"),
  (["config", "cfg", "config-file", "yaml"], "Siam reads no configuration files; every choice is an option"),
]

private let foreignCommands: [(words: [String], answer: String)] = [
  (
    [
      "predict", "embed", "embeddings", "extract", "encode", "features", "inference", "infer", "transform",
      "save",
    ],
    "siam export writes features"
  ),
  (
    ["evaluate", "test", "validate", "val", "benchmark", "linear", "knn", "score", "compare"],
    "siam eval judges features"
  ),
  (["fit", "learn", "pretrain", "run", "start", "finetune", "resume"], "siam train learns"),
  (
    ["denoise", "inpaint", "superres", "superresolution", "upscale", "enhance", "dip", "repair"],
    "siam restore does that"
  ),
  (
    [
      "inspect", "info", "verify", "validate-data", "doctor", "stats", "analyze", "analyse",
    ],
    "siam check looks at a folder"
  ),
  (
    ["show", "view", "augment", "visualize", "visualise", "display", "sheet"],
    "siam preview shows pictures and views"
  ),
  (["dedup", "dedupe", "deduplicate", "copies", "near-duplicates"], "siam duplicates lists copies"),
  (
    ["similar", "nearest", "neighbors", "neighbours", "retrieve", "query", "find"],
    "siam search finds similar pictures"
  ),
  (
    ["outliers", "mislabeled", "mislabelled", "cleanlab", "anomalies", "clean"],
    "siam odd lists what does not belong"
  ),
  (["classify", "annotate", "tag", "pseudo-label"], "siam label labels pictures from a few examples"),
  (["merge", "concat", "concatenate", "ensemble", "combine"], "siam join puts encoders side by side"),
  (["dashboard", "tensorboard", "plot", "html", "visualize-run"], "siam report shows runs on a page"),
  (["experiment", "experiments", "laboratory", "study"], "siam lab runs experiments"),
  (["man", "manpage", "manual-page"], "siam manual prints the manual page"),
  (["completion", "complete", "autocomplete"], "siam completions prints them for a shell"),
  (["usage", "commands", "?"], "siam help explains"),
]

/// The answer to an option of other programs; nil when the word is not one, or ours is not among the options here.
func answer(toForeignOption word: String, among names: [String]) -> String? {
  guard let answer = answer(to: word, in: foreignOptions) else { return nil }
  guard answer.hasPrefix("--") else { return answer }
  let ours = answer.prefix { $0 != " " }
  return names.contains(String(ours)) ? "here it is \(answer)" : nil
}

/// The answer to a command of other programs; nil when the word is not one.
func answer(toForeignCommand word: String) -> String? { answer(to: word, in: foreignCommands) }

private func answer(to word: String, in table: [(words: [String], answer: String)]) -> String? {
  let plain = String(word.drop { $0 == "-" }.prefix { $0 != "=" }).lowercased().replacing("_", with: "-")
  return table.first { $0.words.contains(plain) }?.answer
}
