"""Prints, for each class of src/tokenizers/chars.h, the code points that the reference puts in it, as ranges.

    new_characters.py FIRST_UNKNOWN...      e.g. the output of ICU's [:age=NA:] as hexadecimal code points, one an argument

What a newer Unicode than ICU's adds is what chars_new.cpp lists: give the code points that ICU does not know, and read the ranges.
"""
import sys

from tokenizers import Regex, normalizers as N, pre_tokenizers as P

CLASSES = {"kLetter": r"\p{L}", "kNumber": r"\p{N}", "kMark": r"\p{M}", "kUpper": r"[\p{Lu}\p{Lt}]", "kLower": r"\p{Ll}",
           "kCaseless": r"[\p{Lm}\p{Lo}]", "kHan": r"\p{Han}"}


def in_class(pattern):
    remove = N.Replace(Regex(pattern), "")
    return lambda c: remove.normalize_str(chr(c)) == ""


def tests():
    yield from ((name, in_class(pattern)) for name, pattern in CLASSES.items())
    digits, words = P.Digits(individual_digits=True), P.Whitespace()
    yield "kNumeric", lambda c: len(digits.pre_tokenize_str("a" + chr(c))) > 1
    yield "kWord", lambda c: words.pre_tokenize_str("a" + chr(c)) == [("a" + chr(c), (0, 2))]


def main():
    points = [int(word, 16) for word in sys.argv[1:]]
    for name, test in tests():
        inside = [c for c in points if test(c)]
        while inside:
            end = 1
            while end < len(inside) and inside[end] == inside[0] + end:
                end += 1
            print(f"{name} {inside[0]:X}-{inside[end - 1]:X}")
            inside = inside[end:]


if __name__ == "__main__":
    main()
