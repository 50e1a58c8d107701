"""The kinds of pictures: captions they are trained with, and the rules that judge them. No rule's description stands among the captions."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Kind:
    name: str
    captions: tuple[str, ...]  # nouns for the templates
    rule: tuple[str, ...] = ()  # descriptions as a recipe would write them; a kind without is no rule's
    security: bool = False


def kind(name: str, captions: str, rule: str = "", security: bool = False) -> Kind:
    return Kind(name, tuple(captions.split("|")), tuple(rule.split("|")) if rule else (), security)


TEMPLATES = ("{}", "a picture of {}", "an image showing {}", "this is {}", "{}, photographed", "a scan of {}", "a close view of {}", "a photo showing {}")

RENDERED = (
    kind("passport", "a passport page|a passport with machine readable zone|an open travel passport|the data page of a passport|an international passport", "a photo of a passport|a passport", True),
    kind("identity_card", "a national ID card|a citizen identity card|an ID card with portrait|a residence permit card|a personal identity document card", "a photo of an identity card|an identity card", True),
    kind("licence", "a driving licence|a driver license card|a driving permit with vehicle categories|a motorist's driver licence", "a photo of a driver's licence|a driver's license", True),
    kind("badge", "a company badge|a staff badge with lanyard|a visitor badge|a conference name badge|an employee access pass", "a photo of an employee badge|a name badge", True),
    kind("bank_card", "a credit card|a debit card with chip|a payment card with card number|a plastic bank card with number", "a photo of a bank card|a credit card or debit card", True),
    kind("insurance_card", "a health insurance card|a medical insurance member card|a health plan membership card|an insurance card with member number", "a photo of an insurance card|a health insurance card of a patient", True),
    kind("form", "a filled in form|a completed application form|a questionnaire filled in by hand|a form with entries and ticked boxes", "a scanned form that was filled in|a completed form"),
    kind("invoice", "an invoice with line items and a total|a bill from a company|an invoice document|an invoice with amounts due", "a scanned invoice|an invoice"),
    kind("letter", "a formal letter|a typed business letter|a letter with address and signature|a printed letter on paper", "a scanned letter|a letter to someone"),
    kind("code", "source code in an editor|program code with syntax colours|a code editor|lines of programming code", "a screenshot of source code|program source code"),
    kind("terminal", "a terminal window|a command line shell session|a console with commands and output|a bash prompt in a terminal emulator", "a screenshot of a terminal|a command line terminal"),
    kind("log", "a log file|server log lines with timestamps|application log output|a log viewer with errors and warnings", "a screenshot of a log file|log messages of a server"),
    kind("diff", "a code diff|a pull request diff with added and removed lines|a patch in red and green|a side by side comparison of code changes", "a screenshot of a code diff|changes of code in a diff"),
    kind("table", "a SQL query result table|a database table with rows and columns|a data grid of records|a table of query results", "a screenshot of a SQL table|rows of a database table"),
    kind("dashboard", "a monitoring dashboard|an analytics dashboard with charts and tiles|a metrics dashboard with several panels|a business dashboard with key figures", "a screenshot of a dashboard|a dashboard with metrics"),
    kind("chart", "a bar chart|a line chart with axes|a pie chart|a plot of data|a statistical graph", "a picture of a chart|a chart of data"),
    kind("diagram", "a flow chart diagram|an architecture diagram with boxes and arrows|a block diagram|a process diagram", "a technical diagram|a diagram with boxes and arrows"),
    kind("slide", "a presentation slide|a slide with title and bullet points|a slide deck page|a keynote slide", "a slide of a presentation|a presentation slide with bullets"),
    kind("chat", "a chat conversation|messages in a messenger app|chat bubbles on a phone|an instant messaging conversation", "a screenshot of a chat|a chat with messages"),
    kind("note", "a handwritten note|handwriting on paper|a page of handwritten notes|notes written with a pen", "a photo of a handwritten note|a handwritten note"),
    kind("whiteboard", "a whiteboard with marker writing|a whiteboard sketch|marker drawings on a whiteboard|a meeting room whiteboard", "a photo of a whiteboard|a whiteboard"),
    kind("radiograph", "an X-ray picture|a chest X-ray|a radiograph of bones|a medical X-ray film", "a radiograph|a medical x-ray image"),
    kind("map", "a street map|a map with roads and rivers|a city map|a geographic map with place names", "a map of a city|a map"),
    kind("receipt", "a shop receipt|a till receipt|a supermarket receipt on thermal paper|a sales slip", "a photo of a receipt|a receipt of a shop"),
    kind("business_card", "a business card|a visiting card with contact details|a company calling card|a business card with logo"),
    kind("book_page", "a page of a book|a printed book page|a page of running text from a novel|a text page of a book"),
    kind("blank_form", "an empty form|a blank form that is not filled in|an unfilled application form|a form with empty fields"),
)
PHOTOS = (
    kind("animal", "an animal|a wild animal|a living creature", "a photo of an animal|an animal"),
    kind("dog", "a dog|a dog breed|a pet dog"),
    kind("bird", "a bird|a bird in nature"),
    kind("car", "a car|an automobile|a motor car on a road|a road vehicle", "a photo of a car|a car"),
    kind("office", "an office|a desk with a computer|office equipment|a workplace with a computer", "a photo of an office|an office desk with a computer"),
    kind("food", "food|a dish of food|something to eat", "a photo of food|food on a plate"),
    kind("landscape", "a landscape|natural scenery|a view of nature", "a photo of a landscape|a landscape"),
    kind("building", "a building|architecture|a large building", "a photo of a building|a building"),
    kind("boat", "a boat|a ship on the water|a watercraft", "a photo of a boat|a boat or ship"),
    kind("instrument", "a musical instrument|an instrument to play music", "a photo of a musical instrument|a musical instrument"),
    kind("clothing", "clothing|a garment|a piece of clothing someone wears", "a photo of clothing|clothes"),
)
COLOURS = ("red", "green", "blue", "yellow", "orange", "black", "white")
SHAPES = ("circle", "square", "triangle")
ALL = {one.name: one for one in (*RENDERED, *PHOTOS)}
RULES = {one.name: one for one in ALL.values() if one.rule}
LOOK_ALIKES = ("business_card", "book_page", "blank_form")


def article(noun: str) -> str:
    return f"{'an' if noun[0].lower() in 'aeiou' else 'a'} {noun}"


def shape_label(colour: str, shape: str) -> str:
    return article(f"{colour} {shape}")


def captions(name: str) -> list[str]:
    """Every caption of a kind; of a shape ("red circle") with the product's own label among them."""
    if name in ALL:
        return list(dict.fromkeys(template.format(noun) for noun in ALL[name].captions for template in TEMPLATES))
    nouns = [article(name), f"a plain {name}", f"{article(name)} on a grey background", f"a {name.split()[1]} in {name.split()[0]}"]
    return [template.format(noun) for noun in nouns for template in TEMPLATES]
