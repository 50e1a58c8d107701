"""Generator A of screens: code, terminals, logs, diffs, tables, dashboards, charts, diagrams, slides, chats. HTML for Chromium."""
import functools
import html as escaping

import pygments
from papers_a import SANS, SERIF, hue, page
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from words import GOODS, NOUNS, VERBS, Words

MONO = ("DejaVu Sans Mono", "Liberation Mono", "Inconsolata", "Fira Code", "Noto Mono")
CODE_STYLES = ("monokai", "default", "vs", "dracula", "github-dark", "solarized-light", "solarized-dark", "material", "xcode", "gruvbox-dark", "friendly")


@functools.cache
def formatter(style: str) -> HtmlFormatter:
    return HtmlFormatter(style=style, nowrap=True)


def highlighted(w: Words, lines: int, style: str) -> str:
    language = w.pick(("py", "cpp", "sh", "css"))
    lexer = get_lexer_by_name({"py": "python", "cpp": "cpp", "sh": "bash", "css": "javascript"}[language])
    return pygments.highlight(w.code(lines, language), lexer, formatter(style))


def editor(w: Words):
    style, lines, size = w.pick(CODE_STYLES), w.number(18, 40), w.number(14, 20)
    look = formatter(style)
    back = look.style.background_color
    dark = int(back.lstrip("#")[:2].ljust(2, "f"), 16) < 128
    bar = "#0003" if not dark else "#fff1"
    numbers = "<br>".join(str(w.number(1, 3) * 0 + i + 1) for i in range(lines))
    tabs = "".join(f'<span style="padding:8px 18px;background:{bar if i else "none"}">{w.pick(NOUNS)}.{w.pick(("py", "cpp", "js", "h", "sh"))}</span>' for i in range(w.number(1, 4)))
    tree = "".join(f'<div style="padding:3px 14px 3px {w.number(10, 40)}px">{w.pick(NOUNS)}{w.pick((".py", ".cpp", "/", ".md"))}</div>' for _ in range(22))
    side = f'<div style="width:190px;background:{bar};font-size:14px;padding-top:10px">{tree}</div>' if w.dice.random() < 0.5 else ""
    body = f'<div class=e><div class=t>{tabs}</div><div style="display:flex;height:100%">{side}<pre class=n>{numbers}</pre><pre class="highlight">{highlighted(w, lines, style)}</pre></div></div>'
    ink = "#ddd" if dark else "#222"
    return page(body, look.get_style_defs(".highlight") + f".e{{height:100%;background:{back};color:{ink};font-family:'{w.pick(SANS)}'}}.t{{height:36px;display:flex;align-items:center;font-size:14px;background:{bar}}}pre{{margin:0;padding:10px;font:{size}px/1.45 '{w.pick(MONO)}'}}.n{{text-align:right;opacity:.45}}", 1000, 640, back)


def code(w: Words):
    return editor(w)


def terminal(w: Words):
    dark = w.dice.random() < 0.85
    back, ink = w.pick((("#000", "#ddd"), ("#1e1e1e", "#d4d4d4"), ("#300a24", "#eee"), ("#002b36", "#93a1a1"), ("#0c0c0c", "#3f3"), ("#282a36", "#f8f8f2"))) if dark else ("#fff", "#222")
    prompt = f'<span style="color:{w.pick(("#4e4", "#6cf", "#fa5", "#8d6"))}">{w.name().split()[0].lower()}@{w.pick(NOUNS)}</span>:<span style="color:#68f">~/{w.pick(NOUNS)}</span>{w.pick(("$", "%", "#", "❯"))} '
    text = ""
    while text.count("\n") < w.number(16, 34):
        command = w.pick((f"ls -la {w.pick(NOUNS)}", "git status", f"cd {w.pick(NOUNS)}", "make -j4", f"ssh root@10.0.0.{w.number(1, 99)}", "docker ps", f"grep -rn {w.pick(NOUNS)} .", "pip install -r requirements.txt", "df -h", "kubectl get pods"))
        text += prompt + command + "\n"
        for _ in range(w.number(0, 7)):
            text += escaping.escape(w.pick((f"drwxr-xr-x {w.number(1, 9)} root root {w.number(100, 99999):6} {w.pick(('Jan', 'May', 'Nov'))} {w.number(1, 28):2} {w.pick(NOUNS)}", f"[{w.number(1, 99):2}%] Building object {w.pick(NOUNS)}.o", f"{w.pick(NOUNS)}-{w.code_id(5).lower()}  1/1  Running  0  {w.number(1, 90)}d",
                                            f"  modified:   {w.pick(NOUNS)}/{w.pick(NOUNS)}.txt", f"/dev/sda{w.number(1, 9)}  {w.number(10, 400)}G  {w.number(1, 9)}G  {w.number(1, 99)}% /{w.pick(NOUNS)}"))) + "\n"
    bar = f'<div style="height:34px;background:{w.pick(("#3a3a3a", "#ddd", "#444"))};color:#999;text-align:center;font:15px \'{w.pick(SANS)}\';padding:8px">{w.pick(("bash", "zsh", "Terminal", "root@host"))}<span style="float:left">' + "".join(f'<i style="display:inline-block;width:14px;height:14px;border-radius:7px;background:{c};margin-right:6px"></i>' for c in ("#f55", "#fb4", "#4c4")) + "</span></div>"
    return page(f'{bar if w.dice.random() < 0.7 else ""}<pre>{text}{prompt}<span style="background:{ink}">&nbsp;</span></pre>', f"pre{{margin:0;padding:10px;color:{ink};font:{w.number(14, 19)}px/1.3 '{w.pick(MONO)}'}}", 960, 620, back)


def log(w: Words):
    back, ink = w.pick((("#fff", "#222"), ("#fff", "#222"), ("#101418", "#cdd"), ("#fafafa", "#333"), ("#0b0e14", "#bfbdb6")))
    colours = {"ERROR": "#e33", "WARN": "#d90", "INFO": "#29c", "DEBUG": "#888", "TRACE": "#888"}
    lines = ""
    for _ in range(w.number(24, 44)):
        line = escaping.escape(w.log())
        for level, colour in colours.items():
            line = line.replace(f" {level} ", f' <b style="color:{colour}">{level}</b> ')
        lines += line + "\n"
    head = f'<div style="padding:8px 12px;background:#8882;font:15px \'{w.pick(SANS)}\';color:{ink}">{w.pick(("app.log", "/var/log/syslog", "Logs – production", "server.log (tail -f)"))}</div>'
    return page(f"{head if w.dice.random() < 0.6 else ''}<pre>{lines}</pre>", f"pre{{margin:0;padding:8px;color:{ink};font:{w.number(12, 16)}px/1.4 '{w.pick(MONO)}';white-space:{w.pick(('pre', 'pre-wrap'))}}}", 1000, 640, back)


def diff(w: Words):
    dark = w.dice.random() < 0.4
    back, ink, plus, minus, hunk = ("#0d1117", "#c9d1d9", "#12361f", "#47191d", "#132339") if dark else ("#fff", "#222", "#e0fbe6", "#ffe5e5", "#eaf3ff")
    rows, state = "", " "
    for i, line in enumerate(w.code(w.number(22, 34)).splitlines()):
        if i % 12 == 0:
            rows += f'<tr style="background:{hunk}"><td><td><td>@@ -{w.number(1, 400)},{w.number(3, 9)} +{w.number(1, 400)},{w.number(3, 9)} @@'
        state = w.pick((state, state, "+", "-", " "))
        rows += f'<tr style="background:{ {"+": plus, "-": minus, " ": "none"}[state]}"><td class=n>{i + 40 if state != "+" else ""}<td class=n>{i + 44 if state != "-" else ""}<td>{state} {escaping.escape(line)}'
    return page(f'<div class=h>{w.pick(NOUNS)}/{w.pick(NOUNS)}.{w.pick(("py", "cpp", "js"))} <span style="color:#2a4">+{w.number(1, 99)}</span> <span style="color:#e33">−{w.number(1, 99)}</span></div><table>{rows}</table>',
                f".h{{padding:10px 14px;background:#8882;color:{ink};font:15px '{w.pick(SANS)}'}}table{{border-collapse:collapse;width:100%;color:{ink};font:{w.number(13, 17)}px/1.5 '{w.pick(MONO)}'}}td{{white-space:pre;padding:0 8px}}.n{{color:#888;text-align:right;width:40px}}", 1000, 640, back)


def table(w: Words):
    columns = w.dice.sample(["id", "name", "email", "created_at", "amount", "status", "city", "country", "customer_id", "total", "updated_at", "quantity"], w.number(5, 8))
    def cell(column):
        return {"name": w.name, "email": lambda: f"{w.name().split()[0].lower()}@{w.pick(NOUNS)}.example", "city": lambda: w.address().split()[-1], "country": w.place, "status": lambda: w.pick(("active", "closed", "pending", "NULL"))}.get(column, w.date if column.endswith("_at") else lambda: w.money(9000) if column in ("amount", "total") else str(w.number(1, 9999)))()
    rows = "".join("<tr>" + "".join(f"<td>{cell(column)}" for column in columns) for _ in range(w.number(14, 26)))
    dark = w.dice.random() < 0.3
    query = f'<pre style="padding:12px;margin:0;background:#8881;font-size:16px"><b style="color:{"#7af" if dark else "#00c"}">SELECT</b> {", ".join(columns[:4])} <b style="color:{"#7af" if dark else "#00c"}">FROM</b> {w.pick(NOUNS)}s <b>WHERE</b> {columns[0]} &gt; {w.number(1, 99)} <b>LIMIT</b> 50;</pre>'
    return page(f'{query if w.dice.random() < 0.7 else ""}<table><tr>{"".join(f"<th>{c}" for c in columns)}{rows}</table>', f"body{{color:{'#ddd' if dark else '#222'}}}table{{border-collapse:collapse;width:100%;font:{w.number(13, 16)}px '{w.pick(SANS + MONO)}'}}td,th{{border:{w.pick(('1px solid #8886', '0'))};padding:5px 9px;text-align:left;white-space:nowrap}}th{{background:{w.pick(('#8883', '#345', '#8882'))}}}tr:nth-child({w.pick(('even', '999'))}){{background:#8881}}", 1000, 640, "#1e1f26" if dark else "#fff")


def bars(w: Words, width: int, height: int, ink: str, axes: bool = True) -> str:
    """A chart as SVG: bars, lines, area, pie, scatter."""
    how, count, colours = w.pick(("bars", "bars", "lines", "lines", "area", "pie", "scatter", "across")), w.number(4, 12), [hue(w, 65, 50) for _ in range(6)]
    left, top, right, bottom = 46, 16, width - 12, height - 34
    parts = ""
    if how == "pie":
        import math
        angle, radius = 0.0, height * 0.4
        shares = [w.number(5, 40) for _ in range(w.number(3, 6))]
        for i, share in enumerate(shares):
            end = angle + share / sum(shares) * 6.283
            x, y = width / 2 - 40, height / 2
            parts += f'<path d="M{x} {y} L{x + radius * math.cos(angle):.1f} {y + radius * math.sin(angle):.1f} A{radius} {radius} 0 {int(end - angle > 3.1416)} 1 {x + radius * math.cos(end):.1f} {y + radius * math.sin(end):.1f} Z" fill="{colours[i]}"/><rect x={width - 110} y={30 + i * 24} width=14 height=14 fill="{colours[i]}"/><text x={width - 90} y={42 + i * 24} font-size=13 fill="{ink}">{w.pick(NOUNS)}</text>'
            angle = end
        return f"<svg width={width} height={height}>{parts}</svg>"
    for i in range(5):
        y = top + (bottom - top) * i / 4
        parts += f'<line x1={left} x2={right} y1={y} y2={y} stroke="{ink}" stroke-opacity=.18 /><text x=6 y={y + 4} font-size=12 fill="{ink}">{(4 - i) * 25}</text>'
    step = (right - left) / count
    for i in range(count):
        parts += f'<text x={left + step * (i + 0.2)} y={height - 12} font-size=12 fill="{ink}">{w.pick(("Q", "", ""))}{i + 1}</text>'
    for series in range(w.number(1, 3)):
        values = [w.number(10, int(bottom - top)) for _ in range(count)]
        if how in ("bars", "across"):
            wide = step / 4
            parts += "".join(f'<rect x={left + step * i + wide * series + 4:.0f} y={bottom - v} width={wide:.0f} height={v} fill="{colours[series]}"/>' if how == "bars" else f'<rect x={left} y={top + (bottom - top) / count * i:.0f} width={v * 1.4:.0f} height={(bottom - top) / count * 0.7:.0f} fill="{colours[0]}"/>' for i, v in enumerate(values))
        elif how == "scatter":
            parts += "".join(f'<circle cx={w.number(left, right)} cy={w.number(top, bottom)} r={w.number(3, 6)} fill="{colours[series]}" fill-opacity=.7 />' for _ in range(40))
        else:
            points = " ".join(f"{left + step * (i + 0.5):.0f},{bottom - v}" for i, v in enumerate(values))
            parts += f'<polyline points="{points}" fill=none stroke="{colours[series]}" stroke-width=3 />' + (f'<polygon points="{left + step / 2:.0f},{bottom} {points} {left + step * (count - 0.5):.0f},{bottom}" fill="{colours[series]}" fill-opacity=.3 />' if how == "area" else "")
    if axes:
        parts += f'<polyline points="{left},{top} {left},{bottom} {right},{bottom}" fill=none stroke="{ink}"/>'
    return f"<svg width={width} height={height} font-family='Liberation Sans'>{parts}</svg>"


def chart(w: Words):
    dark = w.dice.random() < 0.15
    return page(f'<h2>{w.title()}</h2>{bars(w, 780, 480, "#ddd" if dark else "#333")}', f"body{{padding:16px;color:{'#eee' if dark else '#222'};font-family:'{w.pick(SANS + SERIF)}'}}h2{{margin:6px;font-weight:{w.pick((400, 700))};text-align:{w.pick(('left', 'center'))}}}", 820, 580, "#1b1e27" if dark else w.pick(("#fff", "#fff", "#f7f7f2")))


def dashboard(w: Words):
    dark = w.dice.random() < 0.5
    back, tile, ink = ("#111217", "#1e2028", "#d8d9da") if dark else (w.pick(("#f0f2f5", "#eef1f6", "#fafafa")), "#fff", "#333")
    tiles = "".join(f'<div class=t><small>{w.title()}</small><div style="font-size:38px;color:{hue(w, 60, 50)}">{w.pick((f"{w.number(1, 99)}.{w.number(0, 9)}%", f"{w.money(900)}", f"{w.number(1, 999)}k", f"{w.number(1, 900)} ms"))}</div></div>' for _ in range(w.number(3, 5)))
    panels = "".join(f'<div class=t><small>{w.title()}</small><br>{bars(w, w.pick((300, 440)), w.pick((170, 190)), ink, False)}</div>' for _ in range(w.number(4, 6)))
    nav = f'<div style="width:{w.number(60, 170)}px;background:{hue(w, 30, 20)};color:#ccc;padding:14px;font-size:15px;line-height:2.4;overflow:hidden">{"<br>".join(w.pick(NOUNS).title() for _ in range(9))}</div>' if w.dice.random() < 0.6 else ""
    return page(f'<div style="display:flex;height:100%">{nav}<div style="flex:1;padding:14px"><div style="font-size:22px;margin-bottom:8px">{w.title()}</div><div class=r>{tiles}</div><div class=r>{panels}</div></div></div>', f"body{{color:{ink};font-family:'{w.pick(SANS)}'}}.r{{display:flex;flex-wrap:wrap;gap:12px;margin-bottom:12px}}.t{{background:{tile};border-radius:{w.number(0, 10)}px;padding:10px 14px;flex:1;box-shadow:0 1px 3px #0003}}", 1100, 680, back)


def diagram(w: Words):
    columns, rows = w.number(2, 4), w.number(2, 4)
    boxes = lines = ""
    tint, fill = w.number(0, 359), w.pick(("#fff", None))
    for row in range(rows):
        for column in range(columns):
            x, y = 40 + column * 780 // columns, 40 + row * 500 // rows
            shape = w.pick(("rect", "rect", "round", "diamond"))
            colour = fill or f"hsl({(tint + w.number(0, 1) * 90) % 360},60%,85%)"
            boxes += (f'<polygon points="{x + 75},{y - 12} {x + 155},{y + 32} {x + 75},{y + 76} {x - 5},{y + 32}" fill="{colour}" stroke="#333"/>' if shape == "diamond" else f'<rect x={x} y={y} width=150 height=64 rx={20 if shape == "round" else 2} fill="{colour}" stroke="#333" stroke-width=2 />') + f'<text x={x + 75} y={y + 38} text-anchor=middle font-size=17>{w.pick(NOUNS)}</text>'
            if column + 1 < columns and w.dice.random() < 0.8:
                lines += f'<line x1={x + 150} y1={y + 32} x2={x + 780 // columns - 8} y2={y + 32} stroke="#333" stroke-width=2 marker-end="url(#a)"/>'
            if row + 1 < rows and w.dice.random() < 0.7:
                lines += f'<line x1={x + 75} y1={y + 64} x2={x + 75} y2={y + 500 // rows - 8} stroke="#333" stroke-width=2 marker-end="url(#a)"/>'
    return page(f'<svg width=860 height=580 font-family="{w.pick(SANS)}"><defs><marker id=a markerWidth=10 markerHeight=8 refX=9 refY=4 orient=auto><path d="M0 0 L10 4 L0 8z" fill="#333"/></marker></defs>{lines}{boxes}</svg>', "", 860, 580, w.pick(("#fff", "#fff", "#f8f8f8", "#f3f7fb")))


def slide(w: Words):
    tint, dark = w.number(0, 359), w.dice.random() < 0.3
    back = w.pick((f"hsl({tint},40%,15%)", f"linear-gradient(120deg,hsl({tint},50%,20%),hsl({tint + 40},50%,30%))")) if dark else w.pick(("#fff", f"hsl({tint},40%,96%)"))
    bullets = "".join(f"<li>{w.sentence()[:-1]}</li>" for _ in range(w.number(3, 6)))
    side = bars(w, 380, 330, "#ccc" if dark else "#444") if w.dice.random() < 0.35 else ""
    head = w.pick((f"background:hsl({tint},60%,35%);color:#fff;padding:24px 50px", "padding:44px 60px 10px", f"border-bottom:6px solid hsl({tint},70%,50%);padding:36px 0 14px;margin:0 60px"))
    return page(f'<div style="{head};font-size:{w.number(40, 52)}px">{w.title()}</div><div style="display:flex;padding:20px 60px"><ul>{bullets}</ul>{side}</div><div style="position:absolute;bottom:14px;left:60px;right:60px;font-size:16px;opacity:.6">{w.firm()} <span style="float:right">{w.number(2, 40)}</span></div>', f"body{{position:relative;color:{'#eee' if dark else '#222'};font-family:'{w.pick(SANS)}'}}li{{font-size:{w.number(24, 30)}px;margin:16px 0}}", 1024, 576, back)


def chat(w: Words):
    phone, dark = w.dice.random() < 0.6, w.dice.random() < 0.25
    back = "#10181e" if dark else w.pick(("#e5ddd5", "#fff", "#f0f4f8", "#dce8f2"))
    mine, other = w.pick((("#dcf8c6", "#fff"), ("#0b84ff", "#e5e5ea"), (hue(w, 60, 80), "#f1f1f1"))) if not dark else ("#075e54", "#262d31")
    bubbles = ""
    for _ in range(w.number(7, 12)):
        me = w.dice.random() < 0.5
        bubbles += f'<div style="display:flex;justify-content:{"flex-end" if me else "flex-start"};margin:8px 14px"><div style="max-width:72%;padding:9px 14px;border-radius:{w.number(10, 20)}px;background:{mine if me else other};color:{"#fff" if dark or (me and mine == "#0b84ff") else "#222"}">{w.pick((w.sentence, lambda: w.sentence()[:22], lambda: w.pick(("ok", "thanks!", "see you tomorrow", "haha", "where are you?", "on my way"))))()} <small style="opacity:.6">{w.number(7, 22)}:{w.number(10, 59)}</small></div></div>'
    width, height = (440, 800) if phone else (820, 620)
    return page(f'<div style="background:{hue(w, 50, 30)};color:#fff;padding:14px;font-size:20px">‹ &nbsp;<span style="display:inline-block;width:36px;height:36px;border-radius:18px;background:{hue(w)};vertical-align:middle"></span> {w.name()}</div>{bubbles}<div style="position:absolute;bottom:0;width:{width}px;padding:12px;background:#8883"><div style="background:#fff;border-radius:20px;padding:8px 16px;color:#999">Message</div></div>', f"body{{position:relative;font:{w.number(16, 19)}px '{w.pick(SANS)}'}}", width, height, back)


MAKERS = {f.__name__: f for f in (code, terminal, log, diff, table, dashboard, chart, diagram, slide, chat)}
