// The explain page: takes a request, asks POST /api/v1/eval?explain=true, shows what came out. Keeps nothing.
import {h, replaceContent} from "./explain_dom.js";
import {decisionsCard, verdictCard} from "./explain_decisions.js";
import {evidenceCard} from "./explain_evidence.js";
import {focusSignal} from "./explain_highlight.js";
import {buildBody, readInput, readMessages, readPicture} from "./explain_request.js";
import {signalsCard} from "./explain_signals.js";

const find = (id) => document.getElementById(id);
const page = {
  form: find("composer"), input: find("input"), model: find("model"), file: find("file"), pictures: find("pictures"),
  readAs: find("read-as"), run: find("run"), problem: find("problem"), result: find("result"), server: find("server"), spoken: find("spoken"),
};
const state = {pictures: [], info: null, focused: null};

function showProblem(message) {
  page.problem.textContent = message;
  page.problem.hidden = !message;
}

function showReadAs() {
  const input = readInput(page.input.value);
  const labels = {text: "read as a prompt", chat: "read as a chat request", broken: "JSON with a mistake", empty: ""};
  page.readAs.textContent = labels[input.kind];
  page.readAs.classList.toggle("warn", input.kind === "broken");
}

function showPictures() {
  replaceContent(page.pictures, state.pictures.map((picture, i) => h("li", {},
    h("img", {src: picture.url, alt: picture.name}),
    h("button", {type: "button", class: "remove", "aria-label": `Remove ${picture.name}`,
                 onclick: () => { state.pictures.splice(i, 1); showPictures(); page.input.focus(); }}, "×"))));
}

async function addPictures(files) {
  for (const file of files) {
    if (file.type.startsWith("image/")) state.pictures.push(await readPicture(file));
  }
  showPictures();
}

function rawCard(response) {
  const text = JSON.stringify(response, null, 2);
  const copy = h("button", {type: "button", class: "button quiet", onclick: async () => {
    await navigator.clipboard.writeText(text);
    copy.textContent = "Copied";
  }}, "Copy");
  return h("details", {class: "card raw"}, h("summary", {}, "Raw JSON"), copy, h("pre", {tabindex: 0}, text));
}

function toggleFocus(signal, button) {
  state.focused = state.focused === signal ? null : signal;
  for (const other of page.result.querySelectorAll("button[aria-pressed]")) other.setAttribute("aria-pressed", "false");
  button.setAttribute("aria-pressed", String(state.focused !== null));
  focusSignal(page.result, state.focused);
}

function showResponse(request, response) {
  state.focused = null;
  const recipe = state.info?.recipes?.find((item) => item.name === response.recipe);
  replaceContent(page.result,
    verdictCard(response), evidenceCard(readMessages(request), response),
    h("div", {class: "columns"}, signalsCard(response, toggleFocus), decisionsCard(response, recipe)),
    rawCard(response));
  page.spoken.textContent = `Decision ${response.routing_decision || "none"}, model ${response.selected_model || "none"}`;
  page.result.scrollIntoView({block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth"});
}

async function ask(body) {
  const answer = await fetch("/api/v1/eval?explain=true", {method: "POST", headers: {"Content-Type": "application/json"}, body});
  const json = await answer.json();
  if (answer.ok) return json;
  const place = json.error?.param ? ` (at ${json.error.param})` : "";
  throw new Error(`${json.error?.message ?? `the server answered ${answer.status}`}${place}`);
}

async function explain() {
  const input = readInput(page.input.value);
  if (input.kind === "broken") return showProblem(`This JSON cannot be read: ${input.why}`);
  if (input.kind === "empty" && state.pictures.length === 0) return page.input.focus();
  const {body, request} = buildBody(input, state.pictures, page.model.value);
  showProblem("");
  page.result.setAttribute("aria-busy", "true");
  page.run.disabled = true;
  try {
    showResponse(request, await ask(body));
  } catch (error) {
    page.result.replaceChildren();
    showProblem(error.message === "Failed to fetch" ? "The server cannot be reached." : `Not evaluated: ${error.message}`);
  } finally {
    page.result.setAttribute("aria-busy", "false");
    page.run.disabled = false;
  }
}

function fillModels(info) {
  const virtual = info.recipes.flatMap((recipe) => recipe.model_names.map((name) => h("option", {value: name}, name, recipe.name === "default" ? "" : ` · ${recipe.name}`)));
  const named = info.models.map((model) => h("option", {value: model.name}, model.name));
  page.model.append(h("optgroup", {label: "Routed by a recipe"}, virtual), h("optgroup", {label: "Named models (security decisions only)"}, named));
}

async function loadServer() {
  try {
    const [info, ready] = await Promise.all(["/info", "/ready"].map(async (path) => (await fetch(path)).json()));
    state.info = info;
    if (info.recipes) fillModels(info);
    const status = ready.degraded ? "degraded" : ready.phase;
    replaceContent(page.server, h("span", {class: `pill ${status}`, title: ready.message}, status),
      h("span", {title: "version and configuration"}, `${info.version} · ${info.config?.fingerprint ?? "no configuration"}`));
  } catch {
    replaceContent(page.server, h("span", {class: "pill stopped"}, "unreachable"));
  }
}

const CONVERSATION = JSON.stringify({model: "auto", messages: [
  {role: "system", content: "You are a careful assistant."},
  {role: "user", content: "Here is my key: AKIAIOSFODNN7EXAMPLE. Why does the upload fail?"},
]}, null, 2);

function showExamples() {
  const examples = [["An urgent bug", "There is an urgent bug in my Python function"],
                    ["A greeting in Japanese", "こんにちは、コードを見てください"], ["A chat request with a key", CONVERSATION]];
  find("examples").append(...examples.map(([label, text]) => h("button", {type: "button", class: "button", onclick: () => {
    page.input.value = text;
    showReadAs();
    explain();
  }}, label)));
}

page.form.addEventListener("submit", (event) => { event.preventDefault(); explain(); });
page.input.addEventListener("input", showReadAs);
page.input.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); explain(); }
});
page.file.addEventListener("change", async () => { await addPictures(page.file.files); page.file.value = ""; });
document.addEventListener("paste", (event) => addPictures(event.clipboardData?.files ?? []));
document.addEventListener("dragover", (event) => { event.preventDefault(); document.body.classList.add("dropping"); });
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) document.body.classList.remove("dropping"); });
document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dropping");
  addPictures(event.dataTransfer?.files ?? []);
});
showExamples();
showReadAs();
loadServer();
