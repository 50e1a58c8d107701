#include "pii/phone_plans.h"

#include <re2/re2.h>

#include <array>
#include <memory>
#include <string>

#include "pii/phone_table.h"

namespace signalbox::pii {
namespace {

constexpr std::size_t kLongestCode = 3;

class Plans {
 public:
  Plans() {
    std::array<std::string, 1000> patterns;
    std::string with_zero;
    for (const PhonePlan& plan : phone_plans()) {
      add(patterns[static_cast<std::size_t>(plan.code)], plan.pattern);
      if (plan.trunk == "0") add(with_zero, plan.pattern);
    }
    for (std::size_t code = 0; code < patterns.size(); ++code) {
      if (!patterns[code].empty()) by_code_[code] = std::make_unique<const RE2>(patterns[code], RE2::Quiet);
    }
    with_zero_ = std::make_unique<const RE2>("0(?:" + with_zero + ")", RE2::Quiet);
  }

  bool international(std::string_view digits) const {
    std::size_t code = 0;
    for (std::size_t i = 0; i < kLongestCode && i < digits.size(); ++i) {
      code = code * 10 + static_cast<std::size_t>(digits[i] - '0');
      if (by_code_[code])
        return RE2::FullMatch(re2::StringPiece(digits.data() + i + 1, digits.size() - i - 1), *by_code_[code]);
    }
    return false;
  }
  bool with_zero(std::string_view digits) const {
    return RE2::FullMatch(re2::StringPiece(digits.data(), digits.size()), *with_zero_);
  }

 private:
  static void add(std::string& all, std::string_view pattern) {
    if (!all.empty()) all += '|';
    all += pattern;
  }

  // No calling code is the beginning of another.
  std::array<std::unique_ptr<const RE2>, 1000> by_code_;
  std::unique_ptr<const RE2> with_zero_;
};

const Plans& plans() {
  static const Plans compiled;
  return compiled;
}

}  // namespace

bool is_international(std::string_view digits) {
  return plans().international(digits);
}

bool is_national_with_zero(std::string_view digits) {
  return plans().with_zero(digits);
}

}  // namespace signalbox::pii
