// Calendar dates in the forms people write.
//
// Internal to pii/; pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace signalbox::pii {

bool is_date(int year, int month, int day);
// 8 digits, year first.
bool is_date(std::string_view yyyymmdd);
// The end of the date that begins with the digits at `begin`: 1990-04-16, 16.4.1990, 4/16/90, 16 April 1990.
std::optional<std::size_t> date_end(std::string_view text, std::size_t begin);
// The same where a month's name comes first: "April 16, 1990", at the day's digits; its begin.
std::optional<std::size_t> month_before(std::string_view text, std::size_t digits);

}  // namespace signalbox::pii
