"""Generator B of papers and cards, for judging alone: cards as one SVG with places of their own, papers as tables and letterheads; other fonts, colours and portraits."""
from words import GOODS, Words

SANS = ("Lato", "Cantarell", "Quicksand", "Times", "Liberation Sans Narrow")
SERIF = ("Times", "Times", "Times")
HANDS = ("Because We Connect", "Because We Create", "Because We Mentor", "Dancing Script", "Ecolier_court")


def document(body: str, style: str, width: int, height: int) -> tuple[str, int, int]:
    return f"<!doctype html><meta charset=utf-8><style>html,body{{margin:0;width:{width}px;height:{height}px;overflow:hidden}}{style}</style>{body}", width, height


def tone(w: Words, low: int, high: int) -> str:
    return f"rgb({w.number(low, high)},{w.number(low, high)},{w.number(low, high)})"


def text(x: float, y: float, size: float, what: str, ink: str = "#1c1c1c", more: str = "") -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{ink}" {more}>{what.replace("&", "&amp;").replace("<", "&lt;")}</text>'


def portrait(w: Words, x: int, y: int, width: int, height: int, grey: bool = False) -> str:
    """Other than A's: turned head, shadow at the side, collar."""
    skin = w.pick(("#f1c9a5", "#c68642", "#8d5524", "#e0ac69", "#ffdbac", "#5a3825"))
    hair = w.pick(("#2c1b10", "#6a4e42", "#b55239", "#d6c4a0", "#111", "#888"))
    return (f'<svg x="{x}" y="{y}" width="{width}" height="{height}" viewBox="0 0 90 112" preserveAspectRatio="xMidYMid slice" {"style=filter:grayscale(1)" if grey else ""}><rect width="90" height="112" fill="{tone(w, 190, 245)}"/>'
            f'<path d="M4 116 C8 {w.number(80, 90)} 30 84 45 84 C60 84 82 {w.number(80, 90)} 86 116Z" fill="{tone(w, 20, 140)}"/><path d="M34 84 L45 98 L56 84Z" fill="#fff"/><path d="M38 66 h15 v20 q-7 7 -15 0z" fill="{skin}"/>'
            f'<path d="M24 46 C20 10 70 8 67 46 C70 {w.number(56, 88)} 60 40 46 28 C34 36 22 {w.number(50, 88)} 24 46" fill="{hair}"/><path d="M27 42 C27 84 63 84 63 42 C63 18 27 18 27 42" fill="{skin}"/><path d="M45 22 C66 20 66 80 45 76 C58 66 58 34 45 22" fill="#000" opacity=".13"/>'
            f'<path d="M27 36 C30 {w.number(12, 20)} 60 {w.number(12, 20)} 63 36 C52 26 38 26 27 36" fill="{hair}"/><path d="M34 43h7M50 43h7M41 62q5 {w.number(0, 4)} 9 0M45 46v9" stroke="#331a10" stroke-width="1.6" fill="none"/></svg>')


def waves(w: Words, width: int, height: int) -> str:
    ink = tone(w, 110, 215)
    return "".join(f'<path d="M0 {y} Q{width / 4} {y + w.number(-30, 30)} {width / 2} {y} T{width} {y}" stroke="{ink}" stroke-opacity=".5" fill="none"/>' for y in range(0, height, w.number(7, 13)))


def plastic(w: Words, inner: str, ground: str, width: int = 800, height: int = 504) -> tuple[str, int, int]:
    around = w.pick((tone(w, 20, 250), f"linear-gradient({w.number(0, 360)}deg,{tone(w, 60, 160)},{tone(w, 120, 230)})"))
    return document(f'<svg style="position:absolute;left:50px;top:44px" width="{width}" height="{height}" font-family="{w.pick(SANS)}"><defs><clipPath id="k"><rect width="{width}" height="{height}" rx="{w.number(18, 34)}"/></clipPath></defs><g clip-path="url(#k)"><rect width="{width}" height="{height}" fill="{ground}"/>{inner}</g></svg>',
                    f"body{{background:{around}}}", width + 100, height + 88)


def labelled(w: Words, x: int, y: int, step: int, size: int, pairs: list[tuple[str, str]]) -> str:
    return "".join(text(x, y + i * step, size * 0.58, label, "#4a4a55") + text(x, y + i * step + size, size, value, more='font-weight="700"') for i, (label, value) in enumerate(pairs))


def passport(w: Words):
    width, height = 860, w.pick((600, 1180))
    top = height - 590
    rows = [("Type / Type", "P"), ("Surname / Nom", w.name().split()[1].upper()), ("Given names / Prénoms", w.name().split()[0].upper()), ("Nationality", w.place().upper()), ("Date of birth", w.date()), ("Place of birth", w.address().split()[-1].upper())]
    other = [("Passport No.", w.code_id()), ("Sex", w.pick("MFX")), ("Date of issue", w.date()), ("Date of expiry", w.date()), ("Authority", w.pick(("MINISTRY OF INTERIOR", "PASSPORT OFFICE", "CITY HALL")))]
    zone = "".join(text(26, top + 520 + 42 * i, 31.2, line, more='font-family="Courier Prime" textLength="808"') for i, line in enumerate(w.mrz()))
    upper = f'{text(90, 130, 40, w.place().upper(), "#555")}{text(90, 200, 22, w.prose(1), "#777")}{text(90, 240, 22, w.prose(1), "#777")}<line y1="{top}" y2="{top}" x2="{width}" stroke="#0004" stroke-width="5"/>' if top > 100 else ""
    inner = waves(w, width, height) + upper + text(40, top + 48, 28, f"{w.place()} — {w.pick(('Passport', 'Passport · Pasaporte', 'PASS'))}", tone(w, 20, 110), 'font-weight="700"') + portrait(w, 40, top + 84, 214, 280) + labelled(w, 296, top + 84, 62, 24, rows) + labelled(w, 610, top + 84, 62, 24, other) + f'<rect y="{top + 478}" width="{width}" height="120" fill="#fff" opacity=".55"/>' + zone
    return plastic(w, inner, tone(w, 205, 245), width, height)


def identity_card(w: Words):
    right = w.dice.random() < 0.5
    pairs = [("Name", w.name()), ("Born", w.date()), ("Nationality", w.place()), ("Valid until", w.date()), ("Personal number", w.digits(10))]
    flag = "".join(f'<rect x="{700 + 22 * i}" y="24" width="22" height="48" fill="{tone(w, 0, 255)}"/>' for i in range(3))
    zone = "".join(text(40, 424 + 32 * i, 27, line, more='font-family="Courier Prime" textLength="720"') for i, line in enumerate(w.mrz(30, 3))) if w.dice.random() < 0.3 else text(520, 470, 34, w.name(), "#123", 'font-family="Dancing Script"')
    inner = waves(w, 800, 504) + f'<rect width="800" height="92" fill="{tone(w, 20, 150)}" opacity=".85"/>' + text(30, 58, 33, f"{w.pick(('Identity Card', 'ID CARD', 'National Identity', 'Documento de Identidad', 'Citizen Card'))} · {w.place()}", "#fff") + flag + portrait(w, 570 if right else 36, 120, 190, 240) + labelled(w, 40 if right else 270, 116, 58, 25, pairs) + zone
    return plastic(w, inner, tone(w, 210, 250))


def licence(w: Words):
    tint = w.pick(("#f7c9d4", "#cfe3f7", "#f6e3bd", "#d8efd5", "#e9d9f2"))
    pairs = [("LN", w.name().split()[1].upper()), ("FN", w.name().split()[0].upper()), ("DOB", w.date()), ("EXP", w.date()), ("DL NO.", w.code_id(8)), ("CLASS", w.pick(("C", "D", "B, BE", "A1 B", "M")))]
    lines = "".join(text(300, 150 + 44 * i, 17, label, "#a22") + text(372, 150 + 44 * i, 26, value, more='font-weight="700"') for i, (label, value) in enumerate(pairs))
    inner = f'<path d="M0 0H800V110Q400 {w.number(60, 170)} 0 110Z" fill="{tone(w, 30, 170)}"/>' + text(36, 62, 38, w.place().upper(), "#fff", 'font-weight="700"') + text(420, 62, 30, w.pick(("DRIVER LICENSE", "Driving Licence", "DRIVER’S LICENCE", "Permiso de Conducción")), "#fff") + portrait(w, 40, 128, 220, 280) + portrait(w, 660, 330, 90, 120, True) + lines + text(48, 470, 34, w.name(), "#112", 'font-family="Dancing Script"') + text(300, 440, 19, w.address()) + text(300, 474, 17, f"SEX {w.pick('MF')}  HGT {w.number(150, 199)} cm  EYES {w.pick(('BRN', 'BLU', 'GRN'))}  DONOR")
    return plastic(w, inner, tint)


def badge(w: Words):
    flat = w.dice.random() < 0.4
    ink = tone(w, 10, 140)
    if flat:
        inner = f'<rect width="800" height="150" fill="{ink}"/>' + text(400, 95, 54, w.pick(("HELLO", w.firm(), f"{w.title()} Conference", "VISITOR")), "#fff", 'text-anchor="middle"') + text(400, 300, 78, w.name(), more='text-anchor="middle" font-weight="700"') + text(400, 380, 40, w.firm(), "#666", 'text-anchor="middle"') + '<rect x="350" y="14" width="100" height="18" rx="9" fill="#222"/>'
        return plastic(w, inner, "#fff")
    bars = "".join(f'<rect x="{90 + i * 7}" y="720" width="{w.number(1, 5)}" height="70" fill="#111"/>' for i in range(46))
    inner = f'<rect width="500" height="120" y="600" fill="{ink}"/>' + text(250, 674, 42, w.pick(("STAFF", "VISITOR", "EMPLOYEE", "CONTRACTOR", "PRESS")), "#fff", 'text-anchor="middle"') + '<rect x="200" y="20" width="100" height="20" rx="10" fill="#333"/>' + text(250, 100, 38, w.firm(), ink, 'text-anchor="middle" font-weight="700"') + portrait(w, 130, 130, 240, 290) + text(250, 490, 44, w.name(), more='text-anchor="middle"') + text(250, 545, 26, f"No. {w.digits(5)}", "#666", 'text-anchor="middle"') + bars
    return plastic(w, inner, "#fdfdfd", 500, 820)


def bank_card(w: Words):
    dark = w.dice.random() < 0.7
    ink = "#fafafa" if dark else "#222"
    low, high = (10, 120) if dark else (170, 250)
    number = w.card()
    tall = w.dice.random() < 0.25
    blobs = "".join(f'<circle cx="{w.number(0, 800)}" cy="{w.number(0, 504)}" r="{w.number(60, 300)}" fill="{tone(w, low, high)}" opacity=".5"/>' for _ in range(4))
    chip = '<g transform="translate(70,170)"><rect width="104" height="80" rx="14" fill="#d5c07a"/><path d="M0 28H36V52H0M104 28H68V52H104M36 0V80M68 0V80" stroke="#7a6a30" stroke-width="3" fill="none"/></g><path d="M200 190q14 20 0 40M216 182q20 28 0 56M232 174q26 36 0 72" stroke="%s" stroke-width="5" fill="none"/>' % ink
    digits = "".join(text(70, 330 + 40 * i, 38, part, ink, 'font-family="Times"') for i, part in enumerate(number.split())) if tall else text(70, 340, 48, number, ink, 'font-family="Times" textLength="650"')
    inner = blobs + text(70, 90, 44, w.pick(("Neo", "Commerz", "Savings", "Alpine", "Pacific")) + w.pick((" Bank", "bank", " Credit Union")), ink) + chip + digits + text(70, 450 if not tall else 484, 26, w.name(), ink) + text(470, 410, 24, f"VALID THRU {w.number(1, 12):02}/{w.number(26, 33)}", ink) + text(600, 462, 50, w.pick(("VISTA", "Maestra", "DEBIT", "Amerex")), ink, 'font-style="italic" font-weight="700"')
    return plastic(w, inner, tone(w, low, high))


def insurance_card(w: Words):
    ink = tone(w, 10, 130)
    left = [("MEMBER NAME", w.name()), ("MEMBER ID", w.code_id(10)), ("GROUP", w.digits(5)), ("DEPENDENTS", w.name())]
    right = [("PLAN TYPE", w.pick(("PPO", "HMO", "EPO", "Standard"))), ("PRIMARY CARE VISIT", f"${w.number(10, 60)}"), ("SPECIALIST", f"${w.number(30, 90)}"), ("RX BIN / PCN", w.digits(6))]
    inner = f'<rect width="800" height="{w.number(8, 110)}" fill="{ink}" opacity="{w.pick((1, 0.25))}"/><path d="M60 {w.number(40, 60)} c-30 -34 -64 10 0 52 c64 -42 30 -86 0 -52" fill="#d33" opacity=".85"/>' + text(130, 86, 40, w.pick(("Unity Health Insurance", "Aqua Medical", "Sana Krankenversicherung", "Harmony Health Plan", "National Health Cover")), "#223", 'font-weight="700"') + labelled(w, 50, 150, 72, 27, left) + labelled(w, 470, 150, 72, 27, right) + f'<line x1="40" x2="760" y1="436" y2="436" stroke="{ink}"/>' + text(50, 470, 19, f"Claims and benefits: 0800 {w.digits(7)} · not a credit card", "#444")
    return plastic(w, inner, tone(w, 228, 255))


def business_card(w: Words):
    ink, dark = tone(w, 10, 160), w.dice.random() < 0.3
    pen = "#eee" if dark else "#222"
    inner = f'<circle cx="{w.number(80, 700)}" cy="{w.number(70, 160)}" r="{w.number(30, 60)}" fill="{ink}"/>' + text(400, 250, 46, w.name(), pen, 'text-anchor="middle"') + text(400, 300, 26, f"{w.pick(('Designer', 'Attorney', 'CEO', 'Account Manager'))} | {w.firm()}", pen, 'text-anchor="middle"') + text(400, 400, 22, f"T {w.digits(10)}   www.{w.firm().split()[0].lower()}.example", pen, 'text-anchor="middle"') + text(400, 440, 22, w.address(), pen, 'text-anchor="middle"')
    return plastic(w, inner, "#1d1f26" if dark else tone(w, 235, 255))


def paper(w: Words, body: str, style: str, serif: bool = False):
    return document(f"<main>{body}</main>", f"body{{background:{w.pick(('#fff', '#fffef8', '#f4f4f4', '#eee8da'))}}}main{{padding:{w.number(30, 60)}px;font:{w.number(14, 18)}px/{w.number(13, 16) / 10} {w.pick(SERIF if serif else SANS + SERIF)!r}}}{style}", 720, 960)


def _form(w: Words, filled: bool):
    def hand(value: str) -> str:
        return f'<i style="font:{w.number(22, 28)}px {w.pick(HANDS)!r};color:#1a3c8c;line-height:.9">{value}</i>' if filled else "&nbsp;"
    cells = "".join(f'<tr><td class=c>{i}. {label}<br>{hand(value())}<td class=c>{other}<br>{hand(w.digits(6))}' for i, (label, value, other) in enumerate(
        (("Family name", w.name, "File no."), ("Residence", w.address, "Postcode"), ("Born on", w.date, "Tax number"), ("Employer", w.firm, "Since"), ("Purpose", lambda: w.sentence()[:30], "Amount"), ("Contact person", w.name, "Phone"), ("Country", w.place, "Code")), 1))
    ticks = "".join(f'<div>{"☒" if filled and w.dice.random() < 0.5 else "☐"} {w.sentence()}</div>' for _ in range(w.number(3, 6)))
    return paper(w, f'<header style="background:#dde3e8;padding:10px"><b>FORM {w.code_id(4)}</b> — {w.title()}</header><p>{w.prose(1)}</p><table>{cells}</table><p>{ticks}</p><table><tr><td class=c>Place, date<br>{hand(w.date())}<td class=c>Signature<br>{hand(w.name())}</table>', f"table{{width:100%;border-collapse:collapse}}.c{{border:1px solid #{w.pick(('333', '7a8', '999'))};padding:4px 6px;font-size:12px;height:56px;vertical-align:top}}")


def form(w: Words):
    return _form(w, True)


def blank_form(w: Words):
    return _form(w, False)


def invoice(w: Words):
    accent = tone(w, 10, 150)
    lines = "".join(f"<tr><td>{w.pick(GOODS)}<td>{w.number(1, 20)}<td>${w.money(300)}<td>${w.money(2000)}" for _ in range(w.number(3, 9)))
    body = (f'<div style="border-left:12px solid {accent};padding-left:20px"><div style="font-size:44px;letter-spacing:4px">{w.pick(("Invoice", "INVOICE", "Bill", "Pro forma invoice"))}</div>Invoice number {w.code_id(8)} — issued {w.date()} — due {w.date()}</div><table style="margin:36px 0"><tr><td><b>From</b><br>{w.firm()}<br>{w.address()}<td><b>Billed to</b><br>{w.firm()}<br>{w.name()}</table>'
            f'<table class=i><tr><th>Item<th>Units<th>Unit price<th>Sum</tr>{lines}<tr><td><td><td>Tax<td>${w.money(300)}<tr><td><td><td><b>Amount due</b><td><b>${w.money(9000)}</b></table><p>{w.prose(1)} Pay to account {w.digits(10)}.</p>')
    return paper(w, body, f"table{{width:100%;border-collapse:collapse}}.i th{{border-bottom:3px solid {accent};text-align:left}}.i td{{padding:9px 4px;border-bottom:1px dotted #aaa}}.i td:not(:first-child),.i th:not(:first-child){{text-align:right}}")


def letter(w: Words):
    paragraphs = "".join(f'<p style="text-align:justify">{w.prose(w.number(2, 5))}</p>' for _ in range(w.number(2, 4)))
    return paper(w, f'<div style="text-align:center;border-bottom:2px solid {tone(w, 30, 150)};padding-bottom:8px"><span style="font-size:28px;letter-spacing:3px">{w.firm().upper()}</span><br><small>{w.address()}</small></div><p style="margin-top:54px">To<br>{w.name()}<br>{w.address()}</p><p>{w.address().split()[-1]}, {w.date()}</p><p><u>Re: {w.title()}</u></p><p>{w.pick(("Dear Sir or Madam", "Dear Ms", "Hello"))},</p>{paragraphs}<p>Kind regards</p><div style="font:36px Dancing Script">{w.name()}</div>{w.name()}', "")


def book_page(w: Words):
    body = "".join(f'<p style="margin:0 0 0;text-indent:1.4em;text-align:justify">{w.prose(w.number(4, 9))}</p>' for _ in range(9))
    return paper(w, f'<h3 style="text-align:center;font-weight:400;margin:{w.number(10, 110)}px 0 30px">CHAPTER {w.number(1, 40)}</h3>{body}', f"main{{columns:{w.pick((1, 1, 2))};font-size:{w.number(16, 21)}px}}", True)


def receipt(w: Words):
    rows = "".join(f"<tr><td>{w.number(1, 4)}x {w.pick(GOODS)[:16]}<td align=right>{w.money(40)} {w.pick('AB')}" for _ in range(w.number(4, 11)))
    body = f'<div class=t><h2>{w.pick(("SuperMart", "Bistro", "Pharmacy", "Kiosk"))} {w.pick(("24", "Central", "No. 7"))}</h2>{w.address()}<br>{"- " * 17}<table width=100%>{rows}</table>{"= " * 17}<table width=100%><tr><td><h3>SUM</h3><td align=right><h3>{w.money(200)}</h3></table>VISA **** {w.digits(4)}<br>incl. VAT 7% {w.money(9)}<br><center>{w.date()}<br>Thank you for your visit!</center></div>'
    return document(body, f"body{{background:{tone(w, 40, 200)}}}.t{{position:absolute;left:{w.number(50, 110)}px;top:20px;width:290px;padding:16px;background:#f6f6f2;font:16px/1.3 'Courier Prime';transform:rotate({w.number(-4, 4)}deg)}}h2{{text-align:center;margin:4px}}h3{{margin:4px 0}}", 460, 780)


MAKERS = {f.__name__: f for f in (passport, identity_card, licence, badge, bank_card, insurance_card, business_card, form, blank_form, invoice, letter, book_page, receipt)}
