# What building Siam needs; sourced by the tools. Each function ends the script with one line if it cannot help.

# The tool's own name, for its messages.
tool=tools/$(basename "$0")

fail() {
  echo "$tool: $*" >&2
  exit 1
}

require_swift() {
  command -v swift >/dev/null 2>&1 || fail "install Swift 6.3 from https://www.swift.org/install and put it in PATH"
}

# require_packages FILE=PACKAGE...: installs each package whose file or command is missing, as root or through sudo.
require_packages() {
  local missing=() pair as_root=() log
  for pair in "$@"; do
    [ -e "${pair%%=*}" ] || command -v "${pair%%=*}" >/dev/null 2>&1 || missing+=("${pair#*=}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null 2>&1 || fail "install the headers and programs of Debian's ${missing[*]}"
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || fail "run this as root: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  echo "installing ${missing[*]}"
  log=$(mktemp)
  if ! { "${as_root[@]}" apt-get update -qq && DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install \
    -qq -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    fail "could not install ${missing[*]}"
  fi
  rm -f "$log"
}

require_codecs() {
  require_packages /usr/include/png.h=libpng-dev /usr/include/jpeglib.h=libjpeg-dev
}

# quietly WHAT COMMAND...: shows only WHAT and the seconds it took, and the command's output if it fails.
# On a terminal the seconds run along.
quietly() {
  local what=$1 log started=$SECONDS process
  shift
  log=$(mktemp)
  "$@" >"$log" 2>&1 &
  process=$!
  trap 'kill "$process" 2>/dev/null; rm -f "$log"; exit 130' INT TERM
  if [ -t 1 ]; then
    while kill -0 "$process" 2>/dev/null; do
      printf '\r%s … %d s ' "$what" $((SECONDS - started))
      sleep 1
    done
    printf '\r'
  fi
  if ! wait "$process"; then
    trap - INT TERM
    printf '%s … failed\n' "$what"
    cat "$log" >&2
    rm -f "$log"
    fail "$what failed"
  fi
  trap - INT TERM
  rm -f "$log"
  printf '%s … done in %d s\n' "$what" $((SECONDS - started))
}
