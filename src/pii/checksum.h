// Check digits of the numbers that the validators know.
//
// Internal to pii/; pure. Texts hold only the characters that the function names; lengths are the caller's business.
#pragma once

#include <string_view>

namespace signalbox::pii {

// ISO/IEC 7812 (payment cards): decimal digits, the last one is the check digit.
bool luhn(std::string_view digits);
// Verhoeff (Aadhaar): decimal digits, the last one is the check digit.
bool verhoeff(std::string_view digits);
// ISO 7064 mod 97-10 over digits and letters (A = 10 ... Z = 35, any case), of the text as it stands: an IBAN has to be
// rotated by four first.
int mod97(std::string_view alnum, int start = 0);
// ISO 7064 mod 11,10 (German tax number): decimal digits, the last one is the check digit.
bool mod11_10(std::string_view digits);
// ISO 7064 mod 11-2 (Chinese resident number): 17 digits and a digit or X.
bool mod11_2(std::string_view digits);
// NHS number: ten digits, weights 10 to 2, mod 11.
bool nhs_check(std::string_view digits);
// ICAO 9303: weights 7, 3, 1 over digits, letters (A = 10) and '<' (0). The check digit by itself, 0 to 9.
int icao_digit(std::string_view field);

}  // namespace signalbox::pii
