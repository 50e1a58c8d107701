// What was judged: the messages with their matched words marked, and the pictures with what was read in them.
import {h, percent} from "./explain_dom.js";
import {evidenceIndex, highlighted} from "./explain_highlight.js";

const REASONS = {
  remote_url: "a picture by URL is not fetched here",
  fetch_failed: "it could not be fetched",
  too_many: "there are more pictures than are looked at",
  file_id: "a file by id cannot be read here",
  ocr_missing: "no text recognition is available",
  decode_failed: "it could not be decoded",
  unsupported_format: "this image format is not read",
  too_large: "it is over a limit",
  timeout: "it was not read in time",
  overloaded: "too many pictures were waiting",
  low_confidence: "most of its text was read with too little confidence",
};

// Recognised text is full of empty lines; offsets are resolved by now.
function withoutBlankLines(pieces) {
  return pieces.map((piece) => (typeof piece === "string" ? piece.replace(/\n\s*\n/g, "\n") : piece));
}

function reading(image, ranges) {
  if (!image || image.state === "not_read") return h("p", {class: "note"}, "Not read: no rule of this recipe looks into pictures.");
  if (image.state === "unjudged") {
    return [
      h("p", {class: "note warn"}, `Not judged: ${REASONS[image.reason] ?? image.reason}${image.detail ? ` (${image.detail})` : ""}.`),
      image.text && h("p", {class: "read-text"}, withoutBlankLines(highlighted(image.text, ranges))),
    ];
  }
  if (!image.text) return h("p", {class: "note"}, "Read: no text in this picture.");
  return [
    h("p", {class: "note"}, `Text in the picture, read with ${percent(image.confidence)} confidence`),
    h("p", {class: "read-text"}, withoutBlankLines(highlighted(image.text, ranges))),
  ];
}

function thumbnail(part) {
  const fallback = (label) => h("div", {class: "no-picture"}, label);
  if (!part.url.startsWith("data:image/")) return fallback("by URL");
  const image = h("img", {src: part.url, alt: `Picture ${part.image + 1} of the request`,
                          onerror: () => image.replaceWith(fallback("no preview"))});
  return image;
}

function picture(part, images, rangesOf) {
  const image = images.find((candidate) => candidate.image === part.image);
  const size = image?.width ? `${image.width} × ${image.height}` : "";
  return h("figure", {class: "picture"},
    thumbnail(part),
    h("figcaption", {}, h("strong", {}, `Picture ${part.image + 1}`), size && h("span", {class: "muted"}, ` ${size}`),
      reading(image, rangesOf("image", part.image))));
}

function partView(part, message, index, images, rangesOf) {
  if (part.kind === "text") return h("p", {class: "text"}, highlighted(part.text, rangesOf("message", message, index)));
  if (part.kind === "image") return picture(part, images, rangesOf);
  return h("p", {class: "note warn"}, `A part of type ${part.label}: passed on unread.`);
}

export function evidenceCard(messages, response) {
  const rangesOf = evidenceIndex(response.signals ?? []);
  const images = response.images ?? [];
  return h("section", {class: "card evidence", "aria-labelledby": "evidence-title"},
    h("h2", {id: "evidence-title"}, "What was judged"),
    messages.map((message, m) => h("article", {class: "message"},
      h("h3", {class: "role"}, message.role),
      h("div", {class: "parts"},
        message.parts.map((part, p) => partView(part, m, p, images, rangesOf)),
        message.calls.map((name) => h("p", {class: "note"}, "calls ", h("code", {}, name)))))));
}
