#include "plugins/redaction.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "protocol/json_string.h"
#include "protocol/text_edits.h"
#include "text/literal_index.h"

namespace signalbox::plugins {

using protocol::JsonTree;
using protocol::Range;
using Kind = JsonTree::Kind;
using signals::Finding;
using signals::Origin;
using signals::Truth;

namespace {

// Shorter values are looked for where they were found, not in all the request: "34" stands in many places.
constexpr std::size_t kLeastSought = 6;

constexpr std::size_t kLongestName = 64;
constexpr std::size_t kMostDigits = 4;

// In one request; a body of nothing but one address repeated would need many times its size in edits.
constexpr std::size_t kMostHits = 16'384;

// A text of the request that can be rewritten.
struct Place {
  std::string_view text;
  Range literal;
  bool is_call = false;  // arguments of a call: JSON, by convention
  struct Hit {
    Range range{};
    std::string what{};
  };
  std::vector<Hit> hits{};
};

// Ascending and apart; hits that overlap or touch each other's bytes become one.
void unite(std::vector<Place::Hit>& hits) {
  std::sort(hits.begin(), hits.end(), [](const Place::Hit& a, const Place::Hit& b) {
    return std::tuple(a.range.begin, b.range.end) < std::tuple(b.range.begin, a.range.end);
  });
  std::vector<Place::Hit> united;
  for (Place::Hit& hit : hits) {
    if (hit.range.size() == 0) continue;
    if (!united.empty() && hit.range.begin < united.back().range.end) {
      united.back().range.end = std::max(united.back().range.end, hit.range.end);
    } else {
      united.push_back(std::move(hit));
    }
  }
  hits = std::move(united);
}

void add_numbers(JsonTree::Value value, std::vector<Range>& into) {
  if (value.is(Kind::number)) into.push_back(value.node().range);
  for (JsonTree::Value child = value.first(); child; child = child.next()) add_numbers(child, into);
}

// What a piece of JSON text says, where it stands in a string.
std::string unescaped(std::string_view text) {
  std::string out(text.size(), '\0');
  const auto size = protocol::unescape(text, out.data());
  if (!size) return std::string(text);
  out.resize(*size);
  return out;
}

// Where the escape that holds the byte at `at` begins, in JSON text; nothing: no escape holds it.
std::optional<std::size_t> escape_around(std::string_view json, std::size_t at) {
  for (std::size_t back = 1; back <= 5 && back <= at; ++back) {
    const std::size_t slash = at - back;
    if (json[slash] != '\\') continue;
    std::size_t run = 0;
    while (run <= slash && json[slash - run] == '\\') ++run;
    const bool reaches = back == 1 || json[slash + 1] == 'u';
    return run % 2 == 1 && reaches ? std::optional(slash) : std::nullopt;
  }
  return std::nullopt;
}

// A validator reads JSON text as it is written, and takes the letters of an escape for letters: "\nbob@x.com" has no
// "nbob". Here the range begins with a whole character: an ASCII one that is written as a number belongs to it, any
// other does not.
std::size_t begin_of(std::string_view json, std::size_t begin) {
  const std::optional<std::size_t> escape = escape_around(json, begin);
  if (!escape) return begin;
  if (json[*escape + 1] != 'u') return *escape + 2;
  return json.substr(*escape + 2).starts_with("00") && json.substr(*escape + 4, 1) < "8" ? *escape : *escape + 6;
}

class Redaction {
 public:
  Redaction(const RedactionRules& rules, RequestEdit& edit)
      : rules_(rules),
        edit_(edit),
        naming_(rules.method, rules.key, edit.random, [this](std::string_view name) { return stands(name); }) {}

  std::optional<Refusal> run() {
    collect_places();
    for (const JudgedSignal& signal : edit_.signals) take(signal);
    for (Place& place : places_) {
      unite(place.hits);
      for (const Place::Hit& hit : place.hits) remember(place, hit);
    }
    if (!refusal_ && !values_.empty()) sweep();
    for (Place& place : places_) {
      unite(place.hits);
      if (!refusal_ && !place.hits.empty()) rewrite(place);
    }
    if (refusal_) return std::move(refusal_);
    for (auto& [literal, edits] : edits_) {
      for (protocol::ByteEdit& one : protocol::in_literal(edit_.request.body(), literal, edits)) {
        edit_.splice.replace(one.range, std::move(one.text));
      }
    }
    if (rules_.restore && !naming_.names().empty()) {
      auto substitutes = std::make_shared<Substitutes>();
      for (const auto& [value, name] : naming_.names()) substitutes->add(name, value);
      edit_.restores = std::move(substitutes);
    }
    return std::nullopt;
  }

 private:
  void collect_places() {
    const std::vector<protocol::Message>& messages = edit_.request.messages;
    for (std::uint32_t m = 0; m < messages.size(); ++m) {
      for (std::uint32_t p = 0; p < messages[m].parts.size(); ++p) {
        const protocol::Part& part = messages[m].parts[p];
        if (part.text_range.size() >= 2) add_place({m, p, false}, {part.text, part.text_range, false});
      }
      for (std::uint32_t c = 0; c < messages[m].tool_calls.size(); ++c) {
        const protocol::ToolCall& call = messages[m].tool_calls[c];
        if (call.arguments_range.size() >= 2) add_place({m, c, true}, {call.arguments, call.arguments_range, true});
      }
    }
  }

  using Address = std::tuple<std::uint32_t, std::uint32_t, bool>;
  void add_place(Address address, Place place) {
    by_literal_.insert(place.literal.begin);
    by_address_.emplace(address, places_.size());
    places_.push_back(std::move(place));
  }

  void take(const JudgedSignal& signal) {
    if (signal.result == nullptr || signal.result->truth == Truth::unknown || signal.result->partial) {
      refuse(503, "server_error", "policy_unavailable",
             fmt::format("what must be redacted is not known: {} could not be judged in full", signal.key));
    }
    if (signal.result == nullptr) return;
    for (const Finding& finding : signal.result->findings) take(finding, signal.key);
  }

  void take(const Finding& finding, std::string_view signal) {
    const bool is_call = finding.origin == Origin::call;
    const auto place = by_address_.find({finding.message, finding.part, is_call});
    const bool is_text = finding.located && (is_call || finding.origin == Origin::message);
    if (!is_text || place == by_address_.end()) return refuse_unreachable(signal);
    Place& found = places_[place->second];
    const std::size_t end = std::min(finding.end, found.text.size());
    const std::size_t begin = is_call ? begin_of(found.text, finding.begin) : finding.begin;
    if (begin < end) found.hits.push_back({{begin, end}, finding.what});
  }

  void refuse_unreachable(std::string_view signal) {
    refuse(422, "invalid_request_error", "not_redactable",
           fmt::format("what {} found stands where it cannot be redacted (a picture, a file, a name or a definition)",
                       signal));
  }

  void refuse(int status, std::string type, std::string code, std::string message) {
    if (rules_.pass_unreachable || refusal_) return;
    refusal_ = Refusal{status, std::move(type), std::move(code), std::move(message)};
  }

  void remember(const Place& place, const Place::Hit& hit) {
    const std::string_view found = place.text.substr(hit.range.begin, hit.range.size());
    values_.emplace(place.is_call ? unescaped(found) : std::string(found), hit.what);
  }

  // The same values elsewhere: in texts they are redacted too; in what cannot be rewritten they must not be.
  void sweep() {
    std::vector<text::LiteralIndex::Needle> needles;
    std::vector<const std::string*> what;
    for (const auto& [value, type] : values_) {
      if (value.size() < kLeastSought) continue;
      const auto id = static_cast<std::uint32_t>(what.size());
      what.push_back(&type);
      needles.push_back({value, id});
      std::string in_json = protocol::escaped(value);
      if (in_json != value) needles.push_back({std::move(in_json), id});
    }
    if (needles.empty()) return;
    const text::LiteralIndex index(std::move(needles));
    std::size_t hits = 0;
    for (Place& place : places_) {
      index.scan(place.text, [&](std::uint32_t id, std::size_t begin, std::size_t end) {
        if (++hits <= kMostHits) place.hits.push_back({{begin, end}, *what[id]});
      });
    }
    if (hits > kMostHits) {
      refusal_ =
          Refusal{422, "invalid_request_error", "not_redactable", "there is more to redact than one request may hold"};
      return;
    }
    if (!rules_.pass_unreachable && holds_any(edit_.request.tree.root(), index)) refuse_unreachable("a signal");
  }

  bool holds_any(JsonTree::Value value, const text::LiteralIndex& index) const {
    bool found = false;
    const auto look = [&](std::string_view text) {
      index.scan(text, [&](std::uint32_t, std::size_t, std::size_t) { found = true; });
    };
    look(value.node().key);
    const bool is_place = value.is(Kind::string) && by_literal_.contains(value.node().range.begin);
    if (!is_place) look(value.node().text);
    for (JsonTree::Value child = value.first(); child && !found; child = child.next()) {
      found = holds_any(child, index);
    }
    return found;
  }

  void rewrite(const Place& place) {
    std::vector<Range> numbers;
    const std::expected<JsonTree, protocol::Error> inner =
        place.is_call ? JsonTree::parse(place.text) : std::unexpected(protocol::Error{});
    if (inner) add_numbers(inner->root(), numbers);
    std::vector<protocol::TextEdit> edits;
    for (const Place::Hit& hit : place.hits) {
      const auto number = std::upper_bound(numbers.begin(), numbers.end(), hit.range.begin,
                                           [](std::size_t at, const Range& range) { return at < range.end; });
      const bool is_number = number != numbers.end() && number->begin < hit.range.end;
      const Range range =
          is_number ? Range{std::min(number->begin, hit.range.begin), std::max(number->end, hit.range.end)} : hit.range;
      if (!edits.empty() && range.begin < edits.back().range.end) continue;
      const std::string_view found = place.text.substr(range.begin, range.size());
      const std::string& name = naming_.name_of(inner ? unescaped(found) : std::string(found), hit.what);
      edits.push_back({range, is_number ? protocol::quote(name) : name});
    }
    if (inner && !is_json(place.text, edits)) return refuse_unreachable("a signal");
    edits_.emplace_back(place.literal, std::move(edits));
  }

  static bool is_json(std::string_view text, const std::vector<protocol::TextEdit>& edits) {
    std::vector<protocol::ByteEdit> bytes;
    for (const protocol::TextEdit& one : edits) bytes.push_back({one.range, one.text});
    return JsonTree::parse(protocol::apply_edits(text, bytes)).has_value();
  }

  // Whether the request itself holds what looks like this name.
  bool stands(std::string_view name) {
    if (!taken_) {
      for (const auto& [value, what] : values_) types_.insert(Naming::type_name(what));
      add_taken(edit_.request.tree.root(), taken_.emplace());
    }
    return taken_->contains(name);
  }

  void add_taken(JsonTree::Value value, std::set<std::string_view>& into) const {
    const std::string_view text = value.is(Kind::string) ? value.node().text : std::string_view();
    for (std::size_t open = text.find('['); open != std::string_view::npos; open = text.find('[', open + 1)) {
      const std::size_t size = text.substr(open, kLongestName).find(']');
      if (size != std::string_view::npos && is_numbered(text.substr(open, size + 1))) {
        into.insert(text.substr(open, size + 1));
      }
    }
    for (JsonTree::Value child = value.first(); child; child = child.next()) add_taken(child, into);
  }

  // "[TYPE_12]" of a type that was found; few, so that what a request holds of them is few too.
  bool is_numbered(std::string_view name) const {
    const std::size_t split = name.rfind('_');
    if (split == std::string_view::npos || name.size() - split - 2 > kMostDigits) return false;
    return types_.contains(name.substr(1, split - 1));
  }

  const RedactionRules& rules_;
  RequestEdit& edit_;
  Naming naming_;
  std::vector<Place> places_;
  std::map<Address, std::size_t> by_address_;
  std::set<std::size_t> by_literal_;
  std::map<std::string, std::string> values_;  // what each is
  std::vector<std::pair<Range, std::vector<protocol::TextEdit>>> edits_;
  std::set<std::string, std::less<>> types_;  // of what was found, as names have them
  std::optional<std::set<std::string_view>> taken_;
  std::optional<Refusal> refusal_;
};

}  // namespace

std::optional<Refusal> redact(const RedactionRules& rules, RequestEdit& edit) {
  return Redaction(rules, edit).run();
}

}  // namespace signalbox::plugins
