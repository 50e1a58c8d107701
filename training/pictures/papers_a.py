"""Generator A of papers and cards: HTML for Chromium. A page is (html, width, height). Layouts, fonts and colours of generator B are others."""
import html as escaping

from words import GOODS, Words

SANS = ("Liberation Sans", "DejaVu Sans", "Roboto", "Open Sans", "FreeSans")
SERIF = ("Liberation Serif", "DejaVu Serif", "FreeSerif", "EB Garamond")
HANDS = ("Breip", "DkgHandwriting", "femkeklaver", "Because We Build", "Comic Neue", "Because We Learn")


def page(body: str, style: str, width: int, height: int, background: str = "#fff") -> tuple[str, int, int]:
    return (f"<meta charset=utf-8><style>*{{box-sizing:border-box}}body{{margin:0;background:{background};width:{width}px;height:{height}px;overflow:hidden}}{style}</style>{body}",
            width, height)


def hue(w: Words, saturation: int = 50, light: int = 50) -> str:
    return f"hsl({w.number(0, 359)},{saturation}%,{light}%)"


def face(w: Words, width: int, height: int) -> str:
    """A portrait, roughly: head, hair, shoulders."""
    skin = f"hsl({w.number(15, 32)},{w.number(30, 60)}%,{w.number(35, 80)}%)"
    hair = f"hsl({w.number(10, 45)},{w.number(5, 50)}%,{w.number(8, 60)}%)"
    long = w.pick(("", f'<rect x=24 y=32 width=52 height={w.number(30, 55)} rx=18 fill="{hair}"/>'))
    return (f'<svg width={width} height={height} viewBox="0 0 100 120" preserveAspectRatio=none style="background:{hue(w, w.number(0, 25), w.number(70, 95))}">{long}'
            f'<ellipse cx=50 cy=128 rx={w.number(40, 52)} ry=40 fill="{hue(w, 40, w.number(15, 60))}"/><rect x=42 y=70 width=16 height=24 fill="{skin}"/>'
            f'<ellipse cx=50 cy=50 rx={w.number(20, 25)} ry={w.number(26, 31)} fill="{skin}"/><path d="M26 48 Q28 {w.number(8, 18)} 50 {w.number(14, 20)} Q74 {w.number(8, 18)} 74 48 Q62 30 50 31 Q36 30 26 48" fill="{hair}"/>'
            f'<circle cx=41 cy=50 r=2.4 fill="#222"/><circle cx=59 cy=50 r=2.4 fill="#222"/><path d="M43 66 Q50 {w.number(66, 72)} 57 66" stroke="#733" stroke-width=2 fill=none /></svg>')


def fields(w: Words, labels: list[str], size: int) -> str:
    values = {"Name": w.name, "Surname": lambda: w.name().split()[1], "Given names": lambda: w.name().split()[0]}
    rows = ""
    for label in labels:
        value = values.get(label) or (w.date if "ate" in label or "birth" in label or "xpir" in label else w.pick((w.code_id, w.place)))
        rows += f'<div style="margin:{w.number(2, 7)}px 0"><div style="font-size:{size * 0.6:.0f}px;color:#555">{label}</div><b style="font-size:{size}px">{value()}</b></div>'
    return rows


def guilloche(w: Words, one: str, two: str) -> str:
    return f"background:repeating-radial-gradient(circle at {w.number(-20, 120)}% {w.number(-20, 120)}%,{one} 0 {w.number(3, 9)}px,{two} {w.number(9, 12)}px {w.number(13, 22)}px)"


def passport(w: Words):
    tint = w.number(0, 359)
    mrz = "<br>".join(escaping.escape(line) for line in w.mrz())
    upper = w.pick((True, False))
    body = (f'<div class=p>{"<div class=v></div>" if upper else ""}<div class=h><b>{w.place().upper()}</b><span>PASSPORT / PASSEPORT</span><span>P &nbsp; {w.code_id()}</span></div>'
            f'<div class=m>{face(w, w.number(170, 220), w.number(220, 270))}<div class=f>{fields(w, ["Surname", "Given names", "Nationality", "Date of birth", "Sex / Place of birth", "Date of issue", "Date of expiry", "Authority"], w.number(17, 22))}</div></div><div class=z>{mrz}</div></div>')
    return page(body, f".p{{width:860px;margin:20px auto;{guilloche(w, f'hsl({tint},45%,88%)', f'hsl({(tint + 40) % 360},40%,93%)')};padding:18px 26px;border-radius:12px;font-family:'{w.pick(SANS)}';box-shadow:0 2px 12px #0006}}"
                f".v{{height:230px;margin:-18px -26px 16px;{guilloche(w, f'hsl({tint},35%,80%)', f'hsl({tint},35%,88%)')};border-bottom:3px solid #0003}}.h{{display:flex;justify-content:space-between;font-size:22px;color:hsl({tint},60%,25%)}}.m{{display:flex;gap:34px;margin:14px 0}}.f{{columns:{w.number(1, 2)};flex:1}}"
                f".z{{font:{w.number(23, 26)}px/1.35 '{w.pick(('OCR B', 'Liberation Mono', 'DejaVu Sans Mono'))}';letter-spacing:1px;background:#fff9;white-space:nowrap;padding:8px 0}}", 900, 830 if upper else 600, hue(w, 15, w.number(20, 90)))


def card(w: Words, inner: str, style: str, background: str):
    width = w.number(700, 780)
    return page(f'<div class=c>{inner}</div>', f".c{{width:{width}px;height:{width * 54 // 86}px;margin:40px auto;border-radius:26px;{background};padding:26px 32px;position:relative;overflow:hidden;font-family:'{w.pick(SANS)}';box-shadow:0 4px 16px #0007}}{style}",
                width + 120, width * 54 // 86 + 80, hue(w, w.number(0, 40), w.number(15, 92)))


def identity_card(w: Words):
    tint = w.number(0, 359)
    chip = '<div style="position:absolute;left:36px;bottom:40px;width:84px;height:66px;background:linear-gradient(#e7c873,#b8913c);border-radius:10px"></div>' if w.dice.random() < 0.3 else ""
    inner = (f'<div style="display:flex;justify-content:space-between;font-size:24px;color:hsl({tint},70%,25%)"><b>{w.place().upper()}</b><b>{w.pick(("IDENTITY CARD", "NATIONAL ID", "CARTE NATIONALE D’IDENTITÉ", "PERSONALAUSWEIS", "RESIDENCE PERMIT"))}</b></div>'
             f'<div style="display:flex;gap:28px;margin-top:18px;flex-direction:{w.pick(("row", "row", "row-reverse"))}">{face(w, 190, 240)}<div style="flex:1;columns:2">{fields(w, ["Surname", "Given names", "Date of birth", "Nationality", "Document No", "Date of expiry"], w.number(18, 24))}</div></div>{chip}'
             f'<div style="position:absolute;right:36px;bottom:24px;font:italic 30px \'Dancing Script\'">{w.name()}</div>')
    return card(w, inner, "", guilloche(w, f"hsl({tint},45%,86%)", f"hsl({(tint + 60) % 360},45%,93%)"))


def licence(w: Words):
    tint = w.pick((340, 345, 10, 210, 130, 35, 270))
    numbered = "".join(f'<div style="margin:5px 0"><small>{n}.</small> <b>{v}</b></div>' for n, v in (("1", w.name().split()[1].upper()), ("2", w.name().split()[0].upper()), ("3", w.date() + " " + w.place()), ("4a", w.date()), ("4b", w.date()), ("4c", w.place()), ("5", w.code_id(11)), ("9", w.pick(("AM B L", "B BE C1", "A B", "CLASS C", "CLASS D M")))))
    inner = (f'<div style="display:flex;gap:20px;align-items:center"><div style="width:96px;height:62px;background:#1d3a8f;color:#fc0;border-radius:8px;font-size:34px;text-align:center;padding-top:10px">{w.place()[:2].upper()}</div>'
             f'<b style="font-size:{w.number(27, 36)}px;color:hsl({tint},60%,30%)">{w.pick(("DRIVING LICENCE", "DRIVER LICENSE", "FÜHRERSCHEIN", "PERMIS DE CONDUIRE", "DRIVER’S LICENCE"))}</b><span style="font-size:20px">{w.place().upper()}</span></div>'
             f'<div style="display:flex;gap:30px;margin-top:16px">{face(w, 180, 225)}<div style="font-size:{w.number(19, 23)}px">{numbered}</div></div><div style="position:absolute;right:40px;top:150px;opacity:.6">{face(w, 70, 90)}</div>'
             f'<div style="position:absolute;left:44px;bottom:16px;font:28px \'Kristi\'">{w.name()}</div>')
    return card(w, inner, "", f"background:linear-gradient({w.number(0, 180)}deg,hsl({tint},60%,88%),hsl({(tint + 50) % 360},50%,90%),hsl({tint},60%,84%))")


def badge(w: Words):
    tint, width, height = w.number(0, 359), w.number(360, 440), w.number(560, 640)
    inner = (f'<div class=s></div><div class=t>{w.firm()}</div>{face(w, 190, 220)}<h1>{w.name()}</h1><h2>{w.pick(("Engineer", "Visitor", "Head of Sales", "Contractor", "Staff", "Security", "Researcher", "Nurse"))}</h2><div class=b>ID {w.digits(6)}</div>')
    return page(f'<div class=l></div><div class=c>{inner}</div>', f".c{{position:absolute;left:{(700 - width) // 2}px;top:120px;width:{width}px;height:{height}px;background:#fff;border-radius:18px;text-align:center;font-family:'{w.pick(SANS)}';box-shadow:0 4px 20px #0006;overflow:hidden}}"
                f".s{{width:90px;height:14px;border-radius:8px;background:#444;margin:16px auto}}.t{{background:hsl({tint},65%,{w.number(25, 50)}%);color:#fff;font-size:30px;padding:16px;margin-bottom:22px}}h1{{margin:14px 0 2px;font-size:{w.number(34, 44)}px}}h2{{margin:0;color:hsl({tint},60%,35%);font-weight:400}}"
                f".b{{margin-top:18px;font:26px 'Liberation Mono'}}.l{{position:absolute;left:{w.number(300, 330)}px;top:0;width:{w.number(30, 60)}px;height:150px;background:hsl({tint},60%,35%);transform:skewX({w.number(-12, 12)}deg)}}", 700, 800, hue(w, 15, w.number(30, 90)))


def bank_card(w: Words):
    tint, ink = w.number(0, 359), w.pick(("#fff", "#fff", "#f3e3b0", "#111"))
    light = 70 if ink == "#111" else w.number(12, 42)
    inner = (f'<div style="display:flex;justify-content:space-between;color:{ink};font-size:34px"><b>{w.pick(("Bank", "Union", "Credit", "First"))} {w.firm().split()[0]}</b><span>{w.pick(("debit", "credit", "platinum", "business", ""))}</span></div>'
             f'<div style="width:96px;height:74px;border-radius:12px;margin:{w.number(40, 70)}px 0 26px;background:repeating-linear-gradient(90deg,#d9b95a 0 22px,#a8862f 22px 25px)"></div>'
             f'<div style="font:{w.number(42, 50)}px \'{w.pick(("OCR B", "Liberation Mono", "Courier Prime"))}\';color:{ink};text-shadow:1px 2px 2px #0006;white-space:nowrap">{w.card()}</div>'
             f'<div style="display:flex;justify-content:space-between;color:{ink};font-size:26px;margin-top:24px"><span>{w.name().upper()}</span><span>{w.number(1, 12):02}/{w.number(26, 33)}</span></div>'
             f'<svg style="position:absolute;right:30px;bottom:20px" width=120 height=74><circle cx=42 cy=37 r=34 fill="{hue(w, 80, 50)}"/><circle cx=78 cy=37 r=34 fill="{hue(w, 80, 55)}" opacity=.8 /></svg>')
    return card(w, inner, "", f"background:linear-gradient({w.number(0, 360)}deg,hsl({tint},{w.number(10, 70)}%,{light}%),hsl({(tint + w.number(0, 70)) % 360},{w.number(10, 70)}%,{light + 12}%))")


def insurance_card(w: Words):
    tint = w.number(0, 359)
    rows = "".join(f'<div><span style="color:#456">{label}</span> <b>{value}</b></div>' for label, value in
                   (("Member", w.name()), ("Member ID", w.code_id(11)), ("Group No.", w.digits(6)), ("Plan", w.pick(("PPO Gold", "HMO", "Basic Care", "Family Plus"))), ("RxBIN", w.digits(6)), ("Copay: office", f"${w.number(10, 50)}"), ("Emergency", f"${w.number(75, 300)}"), ("Effective", w.date())))
    inner = (f'<div style="display:flex;align-items:center;gap:18px;border-bottom:{w.number(3, 10)}px solid hsl({tint},60%,45%);padding-bottom:10px"><svg width=60 height=60><rect x=22 width=16 height=60 fill="hsl({tint},70%,45%)"/><rect y=22 width=60 height=16 fill="hsl({tint},70%,45%)"/></svg>'
             f'<b style="font-size:34px;color:hsl({tint},60%,30%)">{w.pick(("BlueCare", "MediPlan", "HealthFirst", "Vita Krankenkasse", "CareShield"))} {w.pick(("Health Insurance", "Insurance", "Health"))}</b></div><div style="columns:2;font-size:{w.number(20, 25)}px;line-height:1.9;margin-top:20px">{rows}</div>'
             f'<div style="position:absolute;bottom:18px;font-size:18px;color:#555">Customer service 1-800-{w.digits(3)}-{w.digits(4)} · Present this card to your provider</div>')
    return card(w, inner, "", f"background:linear-gradient(#fff,hsl({tint},50%,{w.number(86, 97)}%))")


def business_card(w: Words):
    tint = w.number(0, 359)
    inner = (f'<div style="position:absolute;{w.pick(("left", "right"))}:0;top:0;width:{w.number(20, 200)}px;height:100%;background:hsl({tint},{w.number(0, 70)}%,{w.number(15, 60)}%)"></div><div style="margin:{w.number(90, 150)}px 0 0 {w.number(60, 220)}px"><div style="font-size:44px">{w.name()}</div><div style="font-size:24px;color:#777">{w.pick(("Sales Manager", "Architect", "Consultant", "Partner"))}, {w.firm()}</div>'
             f'<div style="font-size:22px;line-height:1.6;margin-top:34px">+49 {w.digits(3)} {w.digits(7)}<br>{w.name().split()[0].lower()}@{w.firm().split()[0].lower()}.example<br>{w.address()}</div></div>')
    return card(w, inner, ".c{border-radius:4px!important}", f"background:{w.pick(('#fff', '#fdfbf4', '#f2f2f2'))}")


def sheet(w: Words, body: str, style: str = "", font: str = ""):
    return page(f"<div class=s>{body}</div>", f".s{{padding:{w.number(40, 80)}px {w.number(44, 84)}px;font:{w.number(15, 19)}px/{w.number(13, 17) / 10} '{font or w.pick(SANS + SERIF)}';color:#1a1a1a}}{style}", 760, 1000, w.pick(("#fff", "#fff", "#fcfbf6", "#f6f3ea")))


def _form(w: Words, filled: bool):
    ink, hand = w.pick(("#123a9c", "#222", "#1b2a6b")), w.pick(HANDS)
    values = (w.name, w.date, w.address, w.place, lambda: w.digits(9), lambda: w.sentence()[:34], lambda: f"+49 {w.digits(9)}")
    rows = ""
    for label in w.dice.sample(["Last name, first name", "Date of birth", "Address", "Nationality", "Telephone", "Employer", "Bank account", "Reason for application", "Place of birth", "Number of children", "Insurance number"], w.number(7, 10)):
        value = f'<span style="font:{w.number(23, 29)}px \'{hand}\';color:{ink};line-height:1">{w.pick(values)()}</span>' if filled else ""
        rows += f'<div class=r><label>{label}</label><div class=x>{value}</div></div>'
    for question in range(w.number(1, 3)):
        ticked = w.number(0, 2) if filled else 9
        rows += f'<div style="margin:14px 0">{w.sentence()}<br>' + " &nbsp; ".join(f'<span class=b>{"✗" if i == ticked else ""}</span> {word}' for i, word in enumerate(("yes", "no", "not known"))) + "</div>"
    boxes = w.pick((".x{border:1px solid #444;height:38px;padding:4px 8px}", ".x{border-bottom:1px solid #333;height:34px;padding:4px 8px}", ".x{background:#e8edf5;height:36px;padding:4px 8px}"))
    body = f'<h2>{w.pick(("Application for", "Registration of", "Declaration of", "Request for"))} {w.pick(("residence", "benefits", "membership", "a permit", "a loan", "child allowance"))}</h2><small>{w.prose(2)}</small>{rows}<div style="margin-top:34px">Date, signature <span style="font:38px \'Kristi\';color:{ink}">{w.name() if filled else ""}</span>_____________________</div>'
    return sheet(w, body, boxes + ".r{margin:9px 0}label{font-size:13px;color:#333}.b{display:inline-block;width:22px;height:22px;border:1.5px solid #333;line-height:20px;text-align:center}")


def form(w: Words):
    return _form(w, True)


def blank_form(w: Words):
    return _form(w, False)


def invoice(w: Words):
    tint = w.number(0, 359)
    rows = "".join(f"<tr><td>{i + 1}<td>{w.pick(GOODS)}<td class=n>{w.number(1, 40)}<td class=n>{w.money(400)}<td class=n>{w.money()}" for i in range(w.number(3, 12)))
    body = (f'<div style="display:flex;justify-content:space-between"><div><b style="font-size:30px;color:hsl({tint},60%,35%)">{w.firm()}</b><br>{w.address()}</div><div style="text-align:right"><h1 style="margin:0">{w.pick(("INVOICE", "Invoice", "RECHNUNG", "FACTURE", "Tax invoice"))}</h1>No. {w.digits(7)}<br>{w.date()}</div></div>'
            f'<p style="margin-top:50px">Bill to:<br><b>{w.firm()}</b><br>{w.address()}</p><table><tr><th>#<th>Description<th>Qty<th>Price<th>Amount{rows}</table><div style="text-align:right;line-height:1.8">Subtotal {w.money()}<br>VAT 19 % {w.money(900)}<br><b style="font-size:22px">Total due € {w.money(9000)}</b></div><p>Payable within {w.number(7, 30)} days. IBAN DE{w.digits(2)} {w.card()}</p>')
    return sheet(w, body, f"table{{width:100%;border-collapse:collapse;margin:24px 0}}th{{background:hsl({tint},{w.number(0, 50)}%,{w.pick((30, 88))}%);color:{w.pick(('#fff', '#333'))};text-align:left;padding:7px}}td{{padding:7px;border-bottom:1px solid #ccc}}.n{{text-align:right}}")


def letter(w: Words):
    paragraphs = "".join(f"<p>{w.prose(w.number(3, 6))}</p>" for _ in range(w.number(2, 5)))
    body = f'<div style="text-align:{w.pick(("left", "right"))}">{w.firm()}<br>{w.address()}</div><p style="margin-top:40px">{w.name()}<br>{w.address()}</p><p style="text-align:right">{w.date()}</p><p><b>{w.title()}</b></p><p>Dear {w.name()},</p>{paragraphs}<p>Yours sincerely,</p><span style="font:44px \'{w.pick(("Kristi", "Dancing Script"))}\';color:#124">{w.name()}</span>'
    return sheet(w, body)


def book_page(w: Words):
    body = f'<div style="text-align:center;font-size:13px">{w.title().upper()}</div>' + "".join(f'<p style="text-indent:2em;margin:0;text-align:justify">{w.prose(w.number(5, 12))}</p>' for _ in range(7))
    return sheet(w, body, font=w.pick(SERIF))


def receipt(w: Words):
    rows = "".join(f'<div style="display:flex;justify-content:space-between"><span>{w.pick(GOODS).upper()[:18]}</span><span>{w.money(60)}</span></div>' for _ in range(w.number(5, 14)))
    width = w.number(300, 360)
    body = f'<div class=r><center><b style="font-size:26px">{w.firm()}</b><br>{w.address()}<br>Tel {w.digits(8)}</center><br>{rows}<hr>TOTAL EUR <b style="font-size:24px;float:right">{w.money(200)}</b><br>CASH {w.money(200)}<br>{w.date()} {w.number(8, 20)}:{w.number(10, 59)}<br><center><br>||||| |||| ||| |||||| ||||<br>THANK YOU</center></div>'
    return page(body, f".r{{width:{width}px;margin:20px auto;background:#fafafa;padding:20px;font:16px/1.35 '{w.pick(('Liberation Mono', 'Inconsolata', 'DejaVu Sans Mono'))}';box-shadow:0 2px 10px #0005;min-height:600px}}", 460, 800, hue(w, 20, w.number(25, 80)))


MAKERS = {f.__name__: f for f in (passport, identity_card, licence, badge, bank_card, insurance_card, business_card, form, blank_form, invoice, letter, book_page, receipt)}
