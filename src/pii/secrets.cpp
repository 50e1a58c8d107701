// SECRET: keys and tokens by their provider's prefix, JWTs, private keys in PEM.
#include "pii/secrets.h"

#include <algorithm>
#include <array>
#include <bitset>

#include "pii/ascii.h"
#include "pii/candidate.h"
#include "pii/secret_rules.h"

namespace signalbox::pii {
namespace {

constexpr std::string_view kPrivateKey = "private_key";

std::size_t pair_of(char first, char second) {
  return static_cast<std::size_t>(static_cast<unsigned char>(first)) << 8 | static_cast<unsigned char>(second);
}

// The first two bytes of all prefixes, and the rules that begin with them.
class Index {
 public:
  Index() : rules_(secret_rules().begin(), secret_rules().end()) {
    std::sort(rules_.begin(), rules_.end(), by_pair);
    for (const SecretRule& rule : rules_) pairs_.set(pair_of(rule.prefix[0], rule.prefix[1]));
    pairs_.set(pair_of('B', 'E'));  // -----BEGIN
  }

  bool has(char first, char second) const { return pairs_[pair_of(first, second)]; }
  std::span<const SecretRule> of(char first, char second) const {
    const std::array<char, 2> pair{first, second};
    const SecretRule wanted{
        .kind = {}, .prefix = {pair.data(), 2}, .alphabet = {}, .shortest = 0, .longest = 0, .entropy = 0};
    const auto [begin, end] = std::equal_range(rules_.begin(), rules_.end(), wanted, by_pair);
    return {begin, end};
  }

 private:
  static bool by_pair(const SecretRule& a, const SecretRule& b) {
    return a.prefix.substr(0, 2) < b.prefix.substr(0, 2);
  }

  std::vector<SecretRule> rules_;
  std::bitset<65536> pairs_;
};

const Index& index() {
  static const Index built;
  return built;
}

void judge(Sink& sink, std::size_t begin, const SecretRule& rule) {
  const std::string_view text = sink.text();
  if (text.substr(begin, rule.prefix.size()) != rule.prefix) return;
  const std::size_t first = begin + rule.prefix.size();
  std::size_t end = first;
  while (end < text.size() && end - first <= rule.longest && in_alphabet(rule.alphabet, text[end])) ++end;
  // A sentence may end behind the key.
  while (end > first && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
  if (end - first < rule.shortest || end - first > rule.longest) return;
  if (is_alnum(at(text, end)) || at(text, end) == '_') return;
  const std::string_view body = text.substr(first, end - first);
  if (body.find(rule.infix) == std::string_view::npos) return;
  if (rule.check == Check::jwt && !passes(rule.check, body)) return;
  if (entropy(body.substr(0, 256)) < rule.entropy || is_placeholder(body)) return;
  if (rule.prefix.ends_with(' ') && std::none_of(body.begin(), body.end(), is_digit)) return;
  // A checksum that fails may be a slip of the pen in a real key.
  const double score = rule.check == Check::none ? 0.95 : passes(rule.check, body) ? 1 : 0.7;
  const bool named_only = rule.prefix.ends_with(' ');
  sink.add(Type::secret, named_only ? first : begin, end, named_only ? 0.75 : score, rule.kind);
}

// "-----BEGIN RSA PRIVATE KEY-----" to its END, or the header alone where there is none.
void find_private_key(Sink& sink, std::size_t begin) {
  constexpr std::string_view kDashes = "-----";
  constexpr std::size_t kLongestLabel = 48;
  constexpr std::size_t kShortestBody = 32;
  const std::string_view text = sink.text();
  if (begin < kDashes.size() || text.substr(begin - kDashes.size(), kDashes.size()) != kDashes) return;
  const std::string_view label = text.substr(begin, kLongestLabel);
  const std::size_t close = label.find(kDashes);
  if (close == std::string_view::npos || label.substr(0, close).find("PRIVATE KEY") == std::string_view::npos) return;
  const std::size_t body = begin + close + kDashes.size();
  // The next dashes are those of END, or of another BEGIN: no byte is searched twice.
  const std::size_t dashes = text.find(kDashes, body);
  const bool closed = dashes != std::string_view::npos && text.substr(dashes + kDashes.size(), 4) == "END ";
  const std::string_view key = text.substr(body, (dashes == std::string_view::npos ? text.size() : dashes) - body);
  const auto letters = std::count_if(
      key.begin(), key.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(key.size(), 256)), is_alnum);
  if (static_cast<std::size_t>(letters) < kShortestBody || is_placeholder(key)) return;
  std::size_t end = body;
  if (closed) {
    const std::size_t last = text.substr(dashes + kDashes.size(), kLongestLabel).find(kDashes);
    end = last == std::string_view::npos ? dashes : dashes + 2 * kDashes.size() + last;
  }
  sink.add(Type::secret, begin - kDashes.size(), end, 1, kPrivateKey);
}

}  // namespace

bool may_begin_secret(char first, char second) {
  return index().has(first, second);
}

void find_prefixed_secret(Sink& sink, std::size_t begin) {
  const std::string_view text = sink.text();
  if (!sink.wants(Type::secret) || at(text, begin) == '\0') return;
  if (text.substr(begin, 6) == "BEGIN ") return find_private_key(sink, begin);
  // Not in the middle of a longer one, which would also be read again from each of its parts.
  const char previous = before(text, begin);
  if (previous == '_' || ((previous == '.' || previous == '-') && is_alnum(before(text, begin - 1)))) return;
  for (const SecretRule& rule : index().of(text[begin], text[begin + 1])) judge(sink, begin, rule);
}

const std::vector<std::string_view>& secret_kinds() {
  static const std::vector<std::string_view> kinds = [] {
    std::vector<std::string_view> all{kPrivateKey, "assigned_key", "password", "url_password"};
    for (const SecretRule& rule : secret_rules()) all.push_back(rule.kind);
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }();
  return kinds;
}

}  // namespace signalbox::pii
