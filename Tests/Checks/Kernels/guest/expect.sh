# SPDX-License-Identifier: Apache-2.0
#
# Running and comparing; sourced by the checks. Each comparison prints `ok NAME` or
# `not ok NAME: expected ..., saw ...`.

work=/tmp
checked=0

# NAME EXPECTED SEEN: the same text, on one line.
expect_equal() {
    checked=$((checked + 1))
    if [ "$2" = "$3" ]; then
        echo "ok $1"
    else
        echo "not ok $1: expected $(on_one_line "$2"), saw $(on_one_line "$3")"
    fi
}

# NAME PATTERN SEEN: one line that the whole of an extended regular expression matches.
expect_line() {
    checked=$((checked + 1))
    if [ "$(printf '%s\n' "$3" | wc -l)" -eq 1 ] && printf '%s\n' "$3" | grep -qxE "$2"; then
        echo "ok $1"
    else
        echo "not ok $1: expected one line like $2, saw $(on_one_line "$3")"
    fi
}

# NAME EXPECTED SEEN: the same lines in any order, of which only those that differ are told.
expect_lines() {
    printf '%s\n' "$2" | sort >$work/expected
    printf '%s\n' "$3" | sort >$work/seen
    if [ -z "$2" ]; then
        expect_equal "$1" "lines to compare with" ""
    else
        expect_equal "$1" "$(comm -23 $work/expected $work/seen)" "$(comm -13 $work/expected $work/seen)"
    fi
}

# COMMAND...: runs it; leaves its exit code in $status, and what it said in $output and $errors.
observe() {
    status=0
    "$@" >$work/output 2>$work/errors || status=$?
    output=$(cat $work/output)
    errors=$(cat $work/errors)
}

# NAME: what was observed ended well.
expect_success() {
    if [ "$status" -eq 0 ]; then
        expect_equal "$1" 0 0
    else
        expect_equal "$1" "exit code 0" "exit code $status: $errors"
    fi
}

# NAME PATTERN: what was observed ended with exit code 1 and one sentence.
expect_refusal() {
    expect_line "$1" "exit code 1: socket_exporter: $2" "exit code $status: $errors"
}

on_one_line() {
    if [ -z "$1" ]; then echo nothing; else printf '[%s]' "$1" | tr '\n' '|'; fi
}

# VERSION: this kernel is that one or a newer one.
is_at_least() {
    uname -r | awk -F '[.+-]' -v major="${1%.*}" -v minor="${1#*.}" \
        '{ exit !($1 > major || ($1 == major && $2 >= minor)) }'
}
