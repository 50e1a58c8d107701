"""What stands on the pictures: invented people, companies, sums and sentences; source code is that of Python's own library and of this tree."""
import functools
import pathlib
import random
import sysconfig

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIRST = "Anna Boris Chiara David Elif Farid Greta Hiro Ines Jonas Katya Liam Mei Noah Olga Pedro Quinn Rosa Sven Tara Umar Vera Wim Yara Zoe".split()
LAST = "Abbot Berger Castro Dubois Eriksen Fontana Garcia Hansen Ito Jansen Kowalski Lindqvist Moreau Novak Okafor Petrov Quist Rossi Sato Tanaka Umarov Vogel Weber Yilmaz Zhang".split()
PLACES = "Utopia Northland Estania Valdoria Karelonia Soria Montavia Lunaria Ostmark Zubrowka Freedonia Arendal Wakanda Genovia Ruritania".split()
CITIES = "Lindenau Portville Ashford Greyhaven Millbrook Santa-Rita Neustadt Oldbridge Riverton Falkenberg Westmere Kirkdale".split()
STREETS = "Oak Mill Station Church Harbour Garden King's Lake Park Hill".split()
FIRMS = "Acme Northwind Contoso Globex Initech Umbra Vertex Hooli Stark Wayne Solace Borealis Quantico Meridian Zephyr Lumen".split()
KINDS = "Ltd Inc GmbH AG LLC Group Partners Systems Labs Logistics Energy Foods".split()
GOODS = "consulting hours|steel bolts M8|desk lamp|printer paper A4|server rack|annual licence|web hosting|office chair|coffee beans|USB-C cable|delivery|maintenance|paint, white|training day|monitor 27 inch".split("|")
NOUNS = "project report team meeting order contract delivery budget account schedule result customer service plan system question office season market garden river journey letter machine house answer".split()
VERBS = "shows needs moves keeps follows takes changes brings explains starts improves supports leaves finds holds".split()
ADJECTIVES = "new final small important early late quiet long next regular open careful strong simple recent annual".split()
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
LEVELS = "INFO INFO INFO WARN ERROR DEBUG DEBUG TRACE".split()


class Words:
    """All choices come from one dice, so that a seed fixes a picture."""

    def __init__(self, dice: random.Random):
        self.dice, self.pick, self.number = dice, dice.choice, dice.randint

    def name(self) -> str:
        return f"{self.pick(FIRST)} {self.pick(LAST)}"

    def firm(self) -> str:
        return f"{self.pick(FIRMS)} {self.pick(KINDS)}"

    def place(self) -> str:
        return self.pick(PLACES)

    def address(self) -> str:
        return f"{self.number(1, 199)} {self.pick(STREETS)} Street, {self.number(10000, 99999)} {self.pick(CITIES)}"

    def date(self) -> str:
        day, month, year = self.number(1, 28), self.number(1, 12), self.number(1955, 2034)
        return self.pick((f"{day:02}.{month:02}.{year}", f"{year}-{month:02}-{day:02}", f"{day} {MONTHS[month - 1]} {year}", f"{month}/{day}/{year}"))

    def sentence(self) -> str:
        text = f"{self.pick(('the', 'our', 'this', 'every', 'their'))} {self.pick(ADJECTIVES)} {self.pick(NOUNS)} {self.pick(VERBS)} {self.pick(('the', 'a'))} {self.pick(ADJECTIVES)} {self.pick(NOUNS)}"
        if self.dice.random() < 0.4:
            text += f" and {self.pick(VERBS)} {self.pick(NOUNS)}s"
        return text.capitalize() + self.pick((".", ".", ".", "?", "!"))

    def prose(self, sentences: int) -> str:
        return " ".join(self.sentence() for _ in range(sentences))

    def title(self) -> str:
        return f"{self.pick(ADJECTIVES)} {self.pick(NOUNS)} {self.pick(NOUNS)}".capitalize()

    def money(self, top: int = 5000) -> str:
        return f"{self.number(1, top):,}.{self.number(0, 99):02}"

    def digits(self, count: int) -> str:
        return "".join(self.pick("0123456789") for _ in range(count))

    def code_id(self, count: int = 9) -> str:
        return "".join(self.pick("ABCDEFGHJKLMNPRSTUVXYZ0123456789") for _ in range(count))

    def card(self) -> str:
        return " ".join(self.digits(4) for _ in range(4))

    def mrz(self, width: int = 44, rows: int = 2) -> list[str]:
        """Lines that look like a machine readable zone; the check digits are not right."""
        first = f"P<{self.pick(PLACES)[:3].upper()}{self.pick(LAST).upper()}<<{self.pick(FIRST).upper()}<"
        return [(first if row == 0 else self.code_id(9) + self.digits(19)).ljust(width, "<")[:width] for row in range(rows)]

    def code(self, lines: int, language: str = "") -> str:
        files = sources(language or self.pick(("py", "cpp", "sh", "css")))
        text = self.pick(files).read_text(encoding="utf-8", errors="replace").splitlines()
        start = self.number(0, max(0, len(text) - lines))
        return "\n".join(text[start:start + lines])

    def log(self) -> str:
        stamp = self.pick((f"2026-{self.number(1, 12):02}-{self.number(1, 28):02}T{self.number(0, 23):02}:{self.number(0, 59):02}:{self.number(0, 59):02}.{self.digits(3)}Z",
                           f"{self.pick(MONTHS)} {self.number(1, 28):2} {self.number(0, 23):02}:{self.number(0, 59):02}:{self.number(0, 59):02}"))
        what = self.pick((f"connection from 10.{self.number(0, 255)}.{self.number(0, 255)}.{self.number(1, 254)} closed after {self.number(1, 900)} ms",
                          f"GET /api/v1/{self.pick(NOUNS)}s/{self.digits(4)} {self.pick((200, 200, 404, 500))} {self.number(1, 900)}ms",
                          f"worker-{self.number(1, 16)} {self.pick(VERBS)} job {self.code_id(6).lower()}", f"retrying {self.pick(NOUNS)} (attempt {self.number(2, 5)})",
                          f"java.lang.{self.pick(('IllegalState', 'NullPointer', 'IO'))}Exception: {self.sentence()}", f"cache miss key={self.code_id(12).lower()}"))
        return f"{stamp} [{self.pick(('main', 'http-1', 'pool-3', 'gc', 'kernel'))}] {self.pick(LEVELS)} {what}"


@functools.cache
def sources(language: str) -> list[pathlib.Path]:
    """Real source code; .css stands for web code and comes from this tree's own pages."""
    library = pathlib.Path(sysconfig.get_path("stdlib"))
    found = {"py": lambda: library.glob("*.py"), "cpp": lambda: (ROOT / "src").rglob("*.cpp"), "sh": lambda: (ROOT / "scripts").glob("*.sh"),
             "css": lambda: [*(ROOT / "src").rglob("*.js"), *(ROOT / "src").rglob("*.css"), *(ROOT / "src").rglob("*.h")]}[language]()
    return sorted(path for path in found if path.stat().st_size > 1500)
