// National numbering plans: calling code, trunk prefix, and the pattern of a national (significant) number.
//
// Internal to pii/. The table is generated (scripts/make_phone_table.py) and constant.
#pragma once

#include <span>
#include <string_view>

namespace signalbox::pii {

struct PhonePlan {
  int code = 0;              // 1 to 999
  std::string_view trunk;    // dialled before a national number ("0"), not part of it; often empty
  std::string_view pattern;  // in RE2's syntax, of the whole number
};

std::span<const PhonePlan> phone_plans();

}  // namespace signalbox::pii
