// Types of personal data by the names that Presidio and VSR use; what those do not know is named in their manner.
//
// Pure; any thread.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace signalbox::pii {

enum class Type : std::uint8_t {
  email_address,
  phone_number,
  credit_card,
  iban_code,
  us_ssn,
  us_driver_license,
  uk_nino,
  uk_nhs,
  de_tax_id,
  de_id_card,
  fr_nir,
  es_nif,
  es_nie,
  in_aadhaar,
  in_pan,
  cn_resident_id,
  passport,
  ip_address,
  mac_address,
  domain_name,
  crypto,
  date_of_birth,
  age,
  street_address,
  zip_code,
  secret,
  // What follows only a model finds.
  date_time,
  gpe,
  nrp,
  organization,
  person,
};
inline constexpr std::size_t kTypes = 31;
using TypeSet = std::bitset<kTypes>;

// How far the validators of this folder go for a type.
enum class Coverage : std::uint8_t {
  full,     // its format is what defines it: what is not found is not there, within docs/pii.md's measures
  partial,  // some of it is found; that nothing was found says little
  none,     // a model's
};

std::string_view to_string(Type type);
// Any case.
std::optional<Type> type_of(std::string_view name);
std::span<const std::string_view> type_names();
Coverage coverage(Type type);

inline std::size_t index(Type type) {
  return static_cast<std::size_t>(type);
}
TypeSet all_types();
TypeSet types_with(Coverage coverage);

}  // namespace signalbox::pii
