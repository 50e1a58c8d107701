#!/usr/bin/env python3
"""Writes tests/golden/pii/numbers.tsv: numbers with check digits, valid and one digit off, by python-stdnum's judgement.

    python3 -m venv .venv && .venv/bin/pip install python-stdnum==2.2 && .venv/bin/python scripts/make_pii_goldens.py

Each line is TYPE, "valid" or "invalid", a sentence with the number, the number. Random numbers from a fixed seed, so that no
line is anybody's by intent. Valid means that python-stdnum says so; invalid ones have the same form and fail there.
"""
import pathlib
import random

from stdnum import iban, luhn, verhoeff
from stdnum.cn import ric
from stdnum.de import idnr
from stdnum.es import dni, nie
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.in_ import aadhaar

OUT = pathlib.Path(__file__).resolve().parent.parent / "tests" / "golden" / "pii" / "numbers.tsv"
EACH = 40
random_ = random.Random(20261123)


def digits(count):
    return "".join(random_.choice("0123456789") for _ in range(count))


def card():
    prefix, length = random_.choice([("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("34", 15), ("37", 15), ("6011", 16),
                                     ("65", 16), ("36", 14), ("3528", 16), ("622126", 16), ("2204", 16)])
    body = prefix + digits(length - len(prefix) - 1)
    return body + luhn.calc_check_digit(body)


def bank():
    country, pattern = random_.choice([("DE", "9" * 18), ("FR", "9" * 23), ("GB", "AAAA" + "9" * 14), ("NL", "AAAA" + "9" * 10),
                                       ("ES", "9" * 20), ("NO", "9" * 11), ("CH", "9" * 17), ("MT", "AAAA" + "9" * 5 + "A" * 18)])
    body = "".join(random_.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") if c == "A" else random_.choice("0123456789") for c in pattern)
    return country + iban.calc_check_digits(country + "00" + body) + body


def resident():
    region = random_.choice(["110105", "310101", "440106", "510107", "330106"])
    birth = f"{random_.randint(1940, 2010)}{random_.randint(1, 12):02}{random_.randint(1, 28):02}"
    body = region + birth + digits(3)
    return body + ric.calc_check_digit(body)


def french():
    place = random_.choice(["75", "13", "2A", "2B", "59", "33"])
    body = f"{random_.choice('12')}{digits(2)}{random_.randint(1, 12):02}{place}{random_.randint(1, 990):03}{random_.randint(1, 999):03}"
    return body + nir.calc_check_digits(body)


def german():
    while True:
        body = list("0123456789")
        random_.shuffle(body)
        body[random_.randrange(10)] = random_.choice(body)
        candidate = "".join(body)
        candidate += idnr_check(candidate)
        if idnr.is_valid(candidate):
            return candidate


def idnr_check(body):
    from stdnum.iso7064 import mod_11_10
    return mod_11_10.calc_check_digit(body)


def health():
    while True:
        candidate = digits(9)
        candidate += nhs.calc_check_digit(candidate) if hasattr(nhs, "calc_check_digit") else digits(1)
        if nhs.is_valid(candidate):
            return candidate


def indian():
    body = random_.choice("23456789") + digits(10)
    return body + verhoeff.calc_check_digit(body)


def spanish():
    body = digits(8)
    return body + dni.calc_check_digit(body)


def foreign():
    body = random_.choice("XYZ") + digits(7)
    return body + nie.calc_check_digit(body)


KINDS = [  # type, sentence, generator, judge
    ("CREDIT_CARD", "please charge {} today", card, luhn.is_valid),
    ("IBAN_CODE", "send it to {} by Friday", bank, lambda n: iban.is_valid(n, check_country=False)),
    ("CN_RESIDENT_ID", "\u8eab\u4efd\u8bc1\u53f7{}\uff0c\u8c22\u8c22", resident, ric.is_valid),
    ("FR_NIR", "mon num\u00e9ro est {} merci", french, nir.is_valid),
    ("DE_TAX_ID", "Steuer-ID {} im Bescheid", german, idnr.is_valid),
    ("UK_NHS", "NHS number {} on file", health, nhs.is_valid),
    ("IN_AADHAAR", "my Aadhaar is {} as asked", indian, aadhaar.is_valid),
    ("ES_NIF", "DNI {} del cliente", spanish, dni.is_valid),
    ("ES_NIE", "con NIE {} vigente", foreign, nie.is_valid),
]


def spoiled(number, valid):
    """The same with one digit changed, until it is invalid."""
    while True:
        place = random_.randrange(len(number))
        if not number[place].isdigit():
            continue
        other = number[:place] + random_.choice("0123456789") + number[place + 1:]
        if not valid(other):
            return other


def main():
    OUT.parent.mkdir(parents=True, exist_ok=True)
    lines = []
    for name, sentence, make, valid in KINDS:
        for _ in range(EACH):
            number = make()
            while not valid(number):
                number = make()
            wrong = spoiled(number, valid)
            lines.append("\t".join([name, "valid", sentence.format(number), number]))
            lines.append("\t".join([name, "invalid", sentence.format(wrong), wrong]))
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{OUT}: {len(lines)} lines")


if __name__ == "__main__":
    main()
