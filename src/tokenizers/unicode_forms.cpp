#include "tokenizers/unicode_forms.h"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <stdexcept>

#include "tokenizers/chars.h"
#include "tokenizers/normalizer.h"

namespace signalbox::tokenizers {
namespace {

constexpr int kVersion = 900;  // of the reference's normalization tables

struct Forms {
  const icu::Normalizer2* canonical = nullptr;   // NFC and NFD
  const icu::Normalizer2* compatible = nullptr;  // NFKC and NFKD
};

const Forms& forms() {
  static const Forms found = [] {
    UErrorCode status = U_ZERO_ERROR;
    Forms out{icu::Normalizer2::getNFCInstance(status), icu::Normalizer2::getNFKCInstance(status)};
    if (U_FAILURE(status)) throw std::runtime_error("ICU has no normalization data");
    return out;
  }();
  return found;
}

std::uint8_t combining_class(char32_t c) {
  return in_version(c, kVersion) ? forms().canonical->getCombiningClass(static_cast<UChar32>(c)) : std::uint8_t{0};
}

// NFD and NFKD.
class Decomposition : public Normalizer {
 public:
  explicit Decomposition(bool compatible) : compatible_(compatible) {}

  void apply(Scratch::State& scratch) const override {
    const AlignedText& in = scratch.text;
    const std::string_view bytes = in.bytes();
    scratch.other.begin(in.origin());
    std::size_t copied = 0;
    bool changed = false;
    for (std::size_t at = 0; at < bytes.size();) {
      const Decoded c = decode_valid(bytes, at);
      if (c.length == 1 || !chars_.is(c.value, kDecomposes)) {
        at += c.length;
        continue;
      }
      changed = true;
      scratch.other.copy(in, copied, at);
      copied = at = append_cluster(scratch, at);
    }
    if (!changed) return;
    scratch.other.copy(in, copied, bytes.size());
    scratch.swap();
  }

 private:
  std::size_t append_cluster(Scratch::State& scratch, std::size_t at) const {
    const AlignedText& in = scratch.text;
    std::vector<CodePointSource>& cluster = scratch.cluster;
    cluster.clear();
    while (at < in.size()) {
      const Decoded c = decode_valid(in.bytes(), at);
      if (!chars_.is(c.value, kDecomposes)) break;
      decompose(c.value, compatible_, in.source(at), cluster);
      at += c.length;
    }
    order_canonically(cluster, scratch.sources, Span{in.origin(), in.origin()});
    for (const CodePointSource& c : cluster) scratch.other.append(c.value, c.source);
    return at;
  }

  bool compatible_;
  const CharTable& chars_ = CharTable::get();
};

}  // namespace

NormalizerPtr read_unicode_form(const std::string& name) {
  const bool compatible = name == "NFKC" || name == "NFKD";
  if (name == "NFD" || name == "NFKD") return std::make_unique<Decomposition>(compatible);
  return make_composition(compatible);
}

void decompose(char32_t c, bool compatible, Span source, std::vector<CodePointSource>& out) {
  icu::UnicodeString mapping;
  const icu::Normalizer2& form = compatible ? *forms().compatible : *forms().canonical;
  if (!in_version(c, kVersion) || !form.getDecomposition(static_cast<UChar32>(c), mapping)) {
    out.push_back({c, combining_class(c), true, source});
    return;
  }
  for (std::int32_t i = 0; i < mapping.length(); i = mapping.moveIndex32(i, 1)) {
    const auto part = static_cast<char32_t>(mapping.char32At(i));
    out.push_back({part, combining_class(part), i == 0, source});
  }
}

void order_canonically(std::vector<CodePointSource>& cluster, std::vector<Span>& sources, Span nothing) {
  sources.clear();
  for (std::size_t i = 0; i < cluster.size(); ++i) {
    cluster[i].order = static_cast<std::uint32_t>(i);
    if (cluster[i].first) sources.push_back(cluster[i].source);
  }
  const auto by_class = [](const CodePointSource& a, const CodePointSource& b) {
    return a.combining_class != b.combining_class ? a.combining_class < b.combining_class : a.order < b.order;
  };
  const auto is_starter = [](const CodePointSource& c) { return c.combining_class == 0; };
  for (auto begin = cluster.begin(); begin != cluster.end();) {
    begin = std::find_if_not(begin, cluster.end(), is_starter);
    const auto end = std::find_if(begin, cluster.end(), is_starter);
    std::sort(begin, end, by_class);
    begin = end;
  }
  std::size_t next = 0;
  for (CodePointSource& c : cluster) {
    if (c.first) ++next;
    c.source = next == 0 ? nothing : sources[next - 1];
  }
}

}  // namespace signalbox::tokenizers
