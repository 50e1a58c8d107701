#!/usr/bin/env python3
"""Texts without personal data that look like it: numbers, identifiers, code. Always the same ones (fixed seed).

    python3 bench/pii/negatives.py            # prints them as JSON lines, {"kind", "text"}

A validator that flags one is wrong, but for the odd random number that passes a checksum by chance.
"""
import json
import random
import uuid

SEED = 20261123
EACH = 30


def digits(r, count):
    return "".join(r.choice("0123456789") for _ in range(count))


def hexes(r, count):
    return "".join(r.choice("0123456789abcdef") for _ in range(count))


def luhn_ok(number):
    total = 0
    for i, c in enumerate(reversed(number)):
        d = int(c)
        if i % 2:
            d = d * 2 - 9 if d > 4 else d * 2
        total += d
    return total % 10 == 0


def not_a_card(r):
    while True:
        number = r.choice(["4", "51", "37", "6011", "9", "1"]) + digits(r, 15)
        number = number[:16]
        if not luhn_ok(number):
            break
    grouped = " ".join(number[i:i + 4] for i in range(0, 16, 4))
    return r.choice(["The counter shows {}.", "Transaction id {} was posted.", "Sum: {}", "key {} in the table"]).format(
        r.choice([number, grouped]))


def version(r):
    parts = [str(r.randint(0, 40)) for _ in range(r.choice([2, 3, 4]))]
    text = ".".join(parts)
    return r.choice(["upgrade to version {}", "requires numpy>={}", "v{} was released", "Release {} fixes the crash", "curl/{} (x86_64)",
                     "file-{}.tar.gz", "FROM python:{}-slim", "build {}"]).format(text)


def uuid_text(r):
    value = uuid.UUID(int=r.getrandbits(128), version=4)
    return r.choice(["request id {}", "GET /v1/items/{} 200", "correlation={}", "{}"]).format(value)


def hash_text(r):
    length = r.choice([32, 40, 64, 7, 12])
    return r.choice(["commit {}", "sha: {}", "md5 {} of the file", "etag W/\"{}\"", "image@sha256:{}"]).format(hexes(r, length))


def sample_key(r):
    return r.choice([
        "AKIAIOSFODNN7EXAMPLE", "api_key = YOUR_API_KEY", "export OPENAI_API_KEY=sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "password: ********", "token: <your-token-here>", "secret = ${APP_SECRET}", "Authorization: Bearer $TOKEN",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "password = os.environ['DB_PASSWORD']", "const token = getToken()",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "postgres://user:password@localhost/db", "client_secret: {{ client_secret }}",
        "password: required", "the token limit is 4096 tokens", "secret: changeme", "stripe key sk_test_your_key_here",
        "access_token: null", "pwd: /home/build/work", "api_key: process.env.API_KEY", "-----BEGIN PUBLIC KEY-----",
        "set the password to something long", "token = tokens[0]", "hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    ]) + r.choice(["", " in the docs", " # sample", "."])


def isbn(r):
    body = "978" + digits(r, 9)
    total = sum(int(c) * (1 if i % 2 == 0 else 3) for i, c in enumerate(body))
    number = body + str((10 - total % 10) % 10)
    dashed = f"{number[:3]}-{number[3]}-{number[4:8]}-{number[8:12]}-{number[12]}"
    return r.choice(["ISBN {}", "The book ({}) is out of print", "ISBN-13: {}"]).format(r.choice([number, dashed]))


def coordinates(r):
    lat, lon = r.uniform(-90, 90), r.uniform(-180, 180)
    return r.choice(["the point {:.6f}, {:.6f}", "lat={:.4f}&lon={:.4f}", "POINT({:.5f} {:.5f})", "at {:.3f}N {:.3f}E"]).format(lat, lon)


def moment(r):
    return r.choice([
        f"2024-{r.randint(1, 12):02}-{r.randint(1, 28):02}T{r.randint(0, 23):02}:{r.randint(0, 59):02}:{r.randint(0, 59):02}Z",
        f"[{r.randint(1, 28):02}/Nov/2024:10:{r.randint(0, 59):02}:07 +0000]", f"epoch {r.randint(1500000000, 1800000000)}",
        f"took {r.randint(10, 9999)}.{digits(r, 3)} ms", f"{r.randint(0, 23):02}:{r.randint(0, 59):02}:{r.randint(0, 59):02}.{digits(r, 6)}",
        f"the meeting on {r.randint(1, 28)} March {r.randint(2000, 2030)}", f"timestamp {r.randint(1500000000000, 1800000000000)}"])


def money(r):
    return r.choice([f"Total: ${r.randint(1, 999)},{digits(r, 3)}.{digits(r, 2)}", f"EUR {digits(r, 4)}.{digits(r, 2)} was paid",
                     f"revenue of {r.randint(1, 999)} {digits(r, 3)} {digits(r, 3)} units", f"budget {digits(r, 9)} yen",
                     f"{r.randint(1, 99)} 000 000 people"])


def order(r):
    return r.choice(["order {}", "Ticket #{}", "invoice number {}", "tracking 1Z{}", "SKU-{}", "case {} is closed", "PR #{} merged",
                     "error code {}", "item {} of the list"]).format(digits(r, r.choice([4, 6, 8, 9, 10, 12])))


def code(r):
    n = r.randint(1, 99999)
    return r.choice([
        f"int x[{n}] = {{0}};", f"for (i = 0; i < {n}; ++i) sum += a[i];", f"@pytest.mark.parametrize('n', [{n}, {n + 1}])",
        f"import foo@{r.randint(1, 20)}.{r.randint(0, 20)}.0", f"std::array<int, {n}> values;", f"0x{hexes(r, 8)}", f"#{hexes(r, 6)}",
        f"SELECT * FROM t WHERE id = {n} LIMIT 100", f"rgb({r.randint(0, 255)}, {r.randint(0, 255)}, {r.randint(0, 255)})",
        f"git clone git@github.com:org/repo{n}.git", f"logo@2x.png", f"{{\"id\": {n}, \"ok\": true}}", f"kill -9 {n}", f"a.b.c@{n}",
        f"chmod 0644 file{n}.txt", f"Foo{n}::Bar{n}::baz()", "x = y@z", f"matrix {n}x{n + 3}", f"localhost:{r.randint(1000, 9999)}",
        f"127.0.0.1:{r.randint(1000, 9999)}", f"bind 0.0.0.0 port {n}"])


def serial(r):
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    chunk = lambda: "".join(r.choice(alphabet) for _ in range(5))
    return r.choice(["product key {}-{}-{}-{}", "coupon {1}{2}", "part no. {0}/{3}", "licence plate {0}"]).format(
        chunk(), chunk(), chunk(), chunk())


def table(r):
    row = lambda: "\t".join(str(r.randint(0, 99999)) for _ in range(6))
    return "\n".join(row() for _ in range(4))


def science(r):
    return r.choice([
        f"{r.uniform(1, 10):.4f}e-{r.randint(1, 30)} kg", f"RFC {r.randint(1000, 9999)} section {r.randint(1, 20)}.{r.randint(1, 9)}.{r.randint(1, 9)}",
        f"arXiv:{digits(r, 4)}.{digits(r, 5)}", f"doi:10.{digits(r, 4)}/s{digits(r, 5)}-{digits(r, 3)}-{digits(r, 5)}",
        f"pi is 3.{digits(r, 20)}", f"chromosome {r.randint(1, 22)}:{digits(r, 9)}-{digits(r, 9)}", f"{r.randint(1, 9)}/{r.randint(10, 99)} of them",
        f"CAS {digits(r, 5)}-{digits(r, 2)}-{digits(r, 1)}", f"pages {r.randint(100, 400)}-{r.randint(401, 900)}", f"{digits(r, 30)} is a number"])


KINDS = [not_a_card, version, uuid_text, hash_text, sample_key, isbn, coordinates, moment, money, order, code, serial, table, science]


def negatives(seed=SEED):
    r = random.Random(seed)
    return [{"kind": kind.__name__, "text": kind(r)} for kind in KINDS for _ in range(50 if kind is code else EACH * 4 // 3)]


if __name__ == "__main__":
    for negative in negatives():
        print(json.dumps(negative))
