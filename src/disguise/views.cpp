#include "disguise/views.h"

#include <array>
#include <utility>

#include "disguise/confusables.h"
#include "disguise/steps.h"

namespace signalbox::disguise {
namespace {

constexpr std::array<std::string_view, kSteps> kNames{"invisible", "tags",    "compatibility", "confusables",
                                                      "escapes",   "percent", "base64",        "hex",
                                                      "spaced",    "rot13",   "reversed",      "leet"};

// A text on its way through the steps.
struct Reading {
  std::string text;
  Notes steps;
  std::string payloads;  // of the first round that decoded any
  bool changed = false;
  bool complete = true;
};

void take(Changed changed, Reading& reading, bool& any) {
  if (!changed) return;
  reading.text = std::move(*changed);
  any = reading.changed = true;
}

// `source` is where the text stands until a step has changed it.
bool one_round(std::string_view source, Reading& reading) {
  bool any = false;
  const auto now = [&] { return reading.changed ? std::string_view(reading.text) : source; };
  std::string payloads;
  take(plain_letters(now(), reading.steps), reading, any);
  take(decoded(now(), reading.steps, payloads), reading, any);
  if (reading.payloads.empty()) reading.payloads = std::move(payloads);
  take(joined(now(), reading.steps), reading, any);
  take(deciphered(now(), reading.steps), reading, any);
  take(without_digits(now(), reading.steps), reading, any);
  return any;
}

// Nothing changes in the last round, unless there are more layers than rounds.
Reading read(std::string_view text, std::size_t rounds) {
  Reading reading;
  for (std::size_t round = 0; round <= rounds; ++round) {
    if (!one_round(text, reading)) return reading;
  }
  reading.complete = false;
  return reading;
}

}  // namespace

std::string_view to_string(Step step) {
  return kNames[static_cast<std::size_t>(step)];
}

std::string to_string(const std::vector<Step>& steps) {
  std::string text;
  for (const Step step : steps) {
    if (!text.empty()) text += " > ";
    text += to_string(step);
  }
  return text;
}

Views views_of(std::string_view text, std::size_t rounds) {
  Views result;
  Reading whole = read(text, rounds);
  if (!whole.changed) return result;
  result.complete = whole.complete;
  if (!whole.payloads.empty()) {
    Reading inner = read(whole.payloads, rounds);
    std::string excerpt = inner.changed ? std::move(inner.text) : std::move(whole.payloads);
    result.complete = result.complete && inner.complete;
    if (excerpt != whole.text && excerpt != text) result.views.push_back({std::move(excerpt), whole.steps, true});
  }
  if (whole.text != text) result.views.push_back({std::move(whole.text), std::move(whole.steps), false});
  return result;
}

void prepare() {
  latin_look_alike(0x430);
}

}  // namespace signalbox::disguise
