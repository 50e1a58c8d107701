// Streams of the OpenAI Node SDK that are given up after K chunks: `node aborts.mjs close K...` aborts each in turn and prints how
// many it did; `node aborts.mjs wait K` prints "ready" after K chunks and waits to be killed. `node aborts.mjs early` gives up
// before the head of the answer, when it is told to by a line. Environment as in scenarios.mjs. The user message tells the backend how many chunks to send.
import { createRequire } from "node:module";

const require = createRequire(`${process.env.SIGNALBOX_NODE}/package.json`);
const { default: OpenAI } = require("openai");
const client = new OpenAI({ baseURL: process.env.BASE_URL, apiKey: "sk-test", maxRetries: 0, timeout: 60_000 });
const [mode, ...counts] = process.argv.slice(2);

async function streamOf(chunks, options = {}) {
  const messages = [{ role: "user", content: String(chunks) }];
  return client.chat.completions.create({ model: "auto", stream: true, messages }, options);
}

async function take(stream, chunks) {
  const frames = stream[Symbol.asyncIterator]();
  for (let i = 0; i < chunks; i++) {
    if ((await frames.next()).done) throw new Error(`the stream ended before chunk ${i}`);
  }
}

if (mode === "close") {
  for (const count of counts) {
    const stream = await streamOf(count);
    await take(stream, Number(count));
    stream.controller.abort();
  }
  console.log(`aborted ${counts.length}`);
} else if (mode === "wait") {
  const stream = await streamOf(counts[0]);
  await take(stream, Number(counts[0]));
  console.log("ready");
  setInterval(() => stream, 1000);
} else if (mode === "early") {
  const giveUp = new AbortController();
  const answer = streamOf("silence", { signal: giveUp.signal }).catch((error) => error.constructor.name);
  process.stdin.once("data", () => giveUp.abort()).once("close", () => process.stdin.destroy());
  console.log(`gave up: ${await answer}`);
}
