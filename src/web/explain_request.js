// From what was typed and dropped to the body of POST /api/v1/eval, and back to what is shown of it.

// {kind: "text" | "chat" | "empty" | "broken", request, why}
export function readInput(typed) {
  const trimmed = typed.trim();
  if (!trimmed) return {kind: "empty"};
  if (!trimmed.startsWith("{")) return {kind: "text", request: {text: typed}};
  try {
    const request = JSON.parse(trimmed);
    if (Array.isArray(request.messages) || typeof request.text === "string") {
      return {kind: request.messages ? "chat" : "text", request, typed: trimmed};
    }
  } catch (error) {
    if (/"(messages|text)"\s*:/.test(trimmed)) return {kind: "broken", why: error.message};
  }
  return {kind: "text", request: {text: typed}};  // a prompt that begins with a brace is a prompt
}

function withPictures(request, pictures) {
  const parts = pictures.map((picture) => ({type: "image_url", image_url: {url: picture.url}}));
  if (typeof request.text === "string") {
    const {text, ...rest} = request;
    return {...rest, messages: [{role: "user", content: [{type: "text", text}, ...parts]}]};
  }
  const messages = structuredClone(request.messages ?? []);
  let last = messages.findLast((message) => message.role === "user");
  if (!last) messages.push((last = {role: "user", content: []}));
  const content = typeof last.content === "string" ? [{type: "text", text: last.content}] : last.content ?? [];
  last.content = [...content, ...parts];
  return {...request, messages};
}

// The body to send. A pasted JSON goes out as it was typed unless something is added, so that what is judged (duplicate
// keys, say) is what was pasted.
export function buildBody(input, pictures, model) {
  let request = input.kind === "empty" ? {messages: []} : input.request;
  if (pictures.length === 0 && !model && input.typed) return {body: input.typed, request};
  if (pictures.length > 0) request = withPictures(request, pictures);
  if (model) request = {...request, model};
  return {body: JSON.stringify(request), request};
}

const imageUrl = (part) => (typeof part.image_url === "string" ? part.image_url : part.image_url?.url ?? "");

function readPart(part, state) {
  if (typeof part === "string") return {kind: "text", text: part};
  if (part?.type === "text") return {kind: "text", text: String(part.text ?? "")};
  if (part?.type === "image_url") return {kind: "image", image: state.images++, url: imageUrl(part)};
  return {kind: "other", label: String(part?.type ?? "unknown part")};
}

// [{role, parts: [{kind: text | image | other, …}], calls: []}], numbered as the server numbers them.
export function readMessages(request) {
  if (typeof request.text === "string") return [{role: "user", parts: [{kind: "text", text: request.text}], calls: []}];
  const state = {images: 0};
  return request.messages.map((message) => {
    const content = message?.content ?? [];
    const parts = (Array.isArray(content) ? content : [String(content)]).map((part) => readPart(part, state));
    const calls = Array.isArray(message?.tool_calls) ? message.tool_calls : [];
    return {role: String(message?.role ?? "user"), parts, calls: calls.map((call) => String(call?.function?.name ?? "tool"))};
  });
}

export function readPicture(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve({name: file.name || "pasted picture", url: reader.result});
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
