// The OpenAI Node SDK, unchanged, against a router. `node scenarios.mjs NAME` runs one scenario and prints its result as one
// line of JSON; the Python side (test_openai_node.py) says what it should be.
//   BASE_URL          the router's URL with /v1
//   SIGNALBOX_NODE    the folder whose node_modules holds the pinned packages
import { createRequire } from "node:module";

const require = createRequire(`${process.env.SIGNALBOX_NODE}/package.json`);
const { default: OpenAI } = require("openai");

const client = new OpenAI({ baseURL: process.env.BASE_URL, apiKey: "sk-test", maxRetries: 0, timeout: 60_000 });
const user = (content) => [{ role: "user", content }];
const weather = {
  type: "function",
  function: { name: "weather", parameters: { type: "object", properties: { city: { type: "string" } } } },
};
// One transparent pixel.
const pixel =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

const scenarios = {
  async chat() {
    const { data, response } = await client.chat.completions
      .create({ model: "auto", messages: user("Please refactor this.") })
      .withResponse();
    return { text: data.choices[0].message.content, decision: response.headers.get("x-vsr-selected-decision") };
  },

  async stream() {
    const stream = await client.chat.completions.create({ model: "auto", stream: true, messages: user("Hi") });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    return {
      text: chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join(""),
      finish: chunks.at(-1).choices[0]?.finish_reason,
    };
  },

  async fast_response_stream() {
    const stream = await client.chat.completions.create({ model: "auto", stream: true, messages: user("zfast") });
    let text = "";
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    return { text };
  },

  async tools() {
    const call = { id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Jena"}' } };
    const messages = [
      ...user("Will it rain in Jena?"),
      { role: "assistant", tool_calls: [call] },
      { role: "tool", tool_call_id: "call_1", content: '{"rain":true}' },
    ];
    const answer = await client.chat.completions.create({ model: "auto", messages, tools: [weather] });
    return { text: answer.choices[0].message.content };
  },

  async image() {
    const content = [
      { type: "text", text: "What is it?" },
      { type: "image_url", image_url: { url: pixel } },
    ];
    const answer = await client.chat.completions.create({ model: "auto", messages: user(content) });
    return { text: answer.choices[0].message.content };
  },

  async models() {
    const ids = [];
    for await (const model of client.models.list()) ids.push(model.id);
    const one = await client.models.retrieve("auto");
    return { hasAuto: ids.includes("auto"), retrieved: one.id };
  },

  async unknown_model() {
    return failure(client.chat.completions.create({ model: "no-such-model", messages: user("Hi") }));
  },

  async malformed() {
    return failure(client.post("/chat/completions", { body: { model: "auto", messages: "not a list" } }));
  },

  async unknown_path() {
    return failure(client.embeddings.create({ model: "auto", input: "x" }));
  },
};

async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    if (error instanceof OpenAI.APIError) return { status: error.status, message: error.message };
    throw error;
  }
  throw new Error("expected an error");
}

const scenario = scenarios[process.argv[2]];
if (!scenario) throw new Error(`unknown scenario ${process.argv[2]}, known: ${Object.keys(scenarios)}`);
console.log(JSON.stringify(await scenario()));
