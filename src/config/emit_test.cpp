#include "config/emit.h"

#include <gtest/gtest.h>

#include "config/load.h"

namespace signalbox::config {
namespace {

Node parsed(const std::string& text) {
  Node node;
  Document document;
  document.files.emplace_back("x.yaml");
  Diagnostics diagnostics(&document);
  if (!parse_yaml(text, 0, {}, node, diagnostics)) {
    ADD_FAILURE() << text << "\n" << (diagnostics.items().empty() ? "" : to_text(diagnostics.items().front()));
  }
  return node;
}

// Kinds, texts, quotes and order; not places.
std::string shape(const Node& node) {
  std::string out = std::to_string(static_cast<int>(node.kind)) + (node.quoted ? "q" : "") + "<" + node.scalar + ">";
  for (const Node& item : node.items) out += "[" + shape(item) + "]";
  for (const Entry& entry : node.entries) out += "{" + entry.key + "=" + shape(entry.value) + "}";
  return out;
}

TEST(Emit, Golden) {
  EXPECT_EQ(
      to_yaml(parsed("a: 1\nb: {c: [x, 'y', {d: true, e: []}], f: {}, g: }\n\"h: i\": -5\n")),
      "a: 1\nb:\n  c:\n    - x\n    - \"y\"\n    -\n      d: true\n      e: []\n  f: {}\n  g: null\n\"h: i\": -5\n");
}

class EmitRoundTrip : public testing::TestWithParam<const char*> {};

TEST_P(EmitRoundTrip, ReadsBackAsTheSameTree) {
  const Node node = parsed(GetParam());
  const std::string text = to_yaml(node);
  EXPECT_EQ(shape(parsed(text)), shape(node)) << text;
}

INSTANTIATE_TEST_SUITE_P(
    Texts, EmitRoundTrip,
    testing::Values("a: '01'\nb: 01\nc: 0x1F\nd: \"true\"\ne: true\nf: ~\ng: ''\nh: 1e3\n",
                    "a: \"line\\nbreak\\ttab \\\\ \\\" \\x01\"\nb: \"\\u0085\\L\\P\\uFEFF\"\nc: ' lead'\nd: 'trail '\n",
                    "a: '- x'\nb: '# x'\nc: 'x # y'\nd: 'x: y'\ne: 'x:'\nf: '---'\ng: '@x'\nh: '*x'\n",
                    "a: {'<<': 1, '': 2, '- ': 3, 'true': 4, 'k: v': 5}\n",
                    "a: |\n  several\n  lines\n\nb: >-\n  folded\n  text\n", "a: &x [1, {y: [[], [[2]]]}]\nb: *x\n",
                    "keywords: [コード, \"P<[A-Z]{3}\", '^\\d+$', 'a''b', -----BEGIN, \"%x\"]\n",
                    "a: ${VAR:-x}\nb: \"${VAR}\"\nc: x#y\nd: http://host:1/p\ne: -x\nf: .5\n"));

}  // namespace
}  // namespace signalbox::config
