// the tests come next
