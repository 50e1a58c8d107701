#include "pii/checksum.h"

#include <array>

#include "pii/ascii.h"

namespace signalbox::pii {
namespace {

int value(char c) {
  if (is_digit(c)) return c - '0';
  return is_alpha(c) ? to_upper(c) - 'A' + 10 : 0;
}

// Multiplication in the dihedral group D5, and the permutation of J. Verhoeff (1969).
constexpr std::array<std::array<int, 10>, 10> kDihedral{{
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
    {1, 2, 3, 4, 0, 6, 7, 8, 9, 5},
    {2, 3, 4, 0, 1, 7, 8, 9, 5, 6},
    {3, 4, 0, 1, 2, 8, 9, 5, 6, 7},
    {4, 0, 1, 2, 3, 9, 5, 6, 7, 8},
    {5, 9, 8, 7, 6, 0, 4, 3, 2, 1},
    {6, 5, 9, 8, 7, 1, 0, 4, 3, 2},
    {7, 6, 5, 9, 8, 2, 1, 0, 4, 3},
    {8, 7, 6, 5, 9, 3, 2, 1, 0, 4},
    {9, 8, 7, 6, 5, 4, 3, 2, 1, 0},
}};
constexpr std::array<std::array<int, 10>, 8> kPermutation{{
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
    {1, 5, 7, 6, 2, 8, 3, 0, 9, 4},
    {5, 8, 0, 3, 7, 9, 6, 1, 4, 2},
    {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
    {9, 4, 5, 3, 1, 2, 6, 8, 7, 0},
    {4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
    {2, 7, 9, 3, 8, 0, 6, 4, 1, 5},
    {7, 0, 4, 6, 9, 1, 3, 2, 5, 8},
}};

}  // namespace

bool luhn(std::string_view digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int digit = digits[digits.size() - 1 - i] - '0';
    if (i % 2 == 1) digit = digit > 4 ? 2 * digit - 9 : 2 * digit;
    sum += digit;
  }
  return sum % 10 == 0;
}

bool verhoeff(std::string_view digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const int digit = digits[digits.size() - 1 - i] - '0';
    sum = kDihedral[static_cast<std::size_t>(sum)]
                   [static_cast<std::size_t>(kPermutation[i % 8][static_cast<std::size_t>(digit)])];
  }
  return sum == 0;
}

int mod97(std::string_view alnum, int start) {
  int rest = start;
  for (const char c : alnum) {
    const int v = value(c);
    rest = (rest * (v > 9 ? 100 : 10) + v) % 97;
  }
  return rest;
}

bool mod11_10(std::string_view digits) {
  int product = 10;
  for (std::size_t i = 0; i + 1 < digits.size(); ++i) {
    int sum = (digits[i] - '0' + product) % 10;
    if (sum == 0) sum = 10;
    product = 2 * sum % 11;
  }
  return (11 - product) % 10 == digits.back() - '0';
}

bool mod11_2(std::string_view digits) {
  int rest = 0;
  for (std::size_t i = 0; i + 1 < digits.size(); ++i) rest = (rest + digits[i] - '0') * 2 % 11;
  const int last = digits.back() == 'X' || digits.back() == 'x' ? 10 : digits.back() - '0';
  return (rest + last) % 11 == 1;
}

bool nhs_check(std::string_view digits) {
  int sum = 0;
  for (int i = 0; i < 9; ++i) sum += (10 - i) * (digits[static_cast<std::size_t>(i)] - '0');
  const int check = (11 - sum % 11) % 11;  // ten is never given out
  return check == digits[9] - '0';
}

int icao_digit(std::string_view field) {
  constexpr std::array<int, 3> kWeights{7, 3, 1};
  int sum = 0;
  for (std::size_t i = 0; i < field.size(); ++i) sum += value(field[i]) * kWeights[i % 3];
  return sum % 10;
}

}  // namespace signalbox::pii
