#include "pii/types.h"

#include <algorithm>
#include <array>

#include "pii/ascii.h"

namespace signalbox::pii {
namespace {

struct Row {
  Type type;
  Coverage coverage;
  std::string_view name;
  std::string_view meaning;
};

constexpr std::array<Row, kTypes> kRows{{
    {Type::email_address, Coverage::full, "EMAIL_ADDRESS", "an e-mail address"},
    {Type::phone_number, Coverage::full, "PHONE_NUMBER", "a phone or fax number"},
    {Type::credit_card, Coverage::full, "CREDIT_CARD", "the number of a payment card"},
    {Type::iban_code, Coverage::full, "IBAN_CODE", "an international bank account number"},
    {Type::us_ssn, Coverage::full, "US_SSN", "a US social security number"},
    {Type::us_driver_license, Coverage::partial, "US_DRIVER_LICENSE", "the number of a driver's licence"},
    {Type::uk_nino, Coverage::full, "UK_NINO", "a UK national insurance number"},
    {Type::uk_nhs, Coverage::full, "UK_NHS", "a UK NHS number"},
    {Type::de_tax_id, Coverage::full, "DE_TAX_ID", "a German tax identification number"},
    {Type::de_id_card, Coverage::full, "DE_ID_CARD", "the number of a German identity card or passport"},
    {Type::fr_nir, Coverage::full, "FR_NIR", "a French social security number"},
    {Type::es_nif, Coverage::full, "ES_NIF", "a Spanish DNI number"},
    {Type::es_nie, Coverage::full, "ES_NIE", "a Spanish foreigner's number"},
    {Type::in_aadhaar, Coverage::full, "IN_AADHAAR", "an Indian Aadhaar number"},
    {Type::in_pan, Coverage::full, "IN_PAN", "an Indian permanent account number"},
    {Type::cn_resident_id, Coverage::full, "CN_RESIDENT_ID", "a Chinese resident identity number"},
    {Type::passport, Coverage::full, "PASSPORT", "the machine-readable zone of a passport or identity card"},
    {Type::ip_address, Coverage::full, "IP_ADDRESS", "an IPv4 or IPv6 address"},
    {Type::mac_address, Coverage::full, "MAC_ADDRESS", "the hardware address of a network card"},
    {Type::domain_name, Coverage::full, "DOMAIN_NAME", "a web address"},
    {Type::crypto, Coverage::full, "CRYPTO", "the address of a cryptocurrency wallet"},
    {Type::date_of_birth, Coverage::full, "DATE_OF_BIRTH", "a date that the text calls one of birth"},
    {Type::age, Coverage::partial, "AGE", "a person's age"},
    {Type::street_address, Coverage::partial, "STREET_ADDRESS", "a street address or post box"},
    {Type::zip_code, Coverage::partial, "ZIP_CODE", "a postal code"},
    {Type::secret, Coverage::full, "SECRET", "a key, token or password (the signal type secrets)"},
    {Type::date_time, Coverage::none, "DATE_TIME", "any date or time"},
    {Type::gpe, Coverage::none, "GPE", "a country, city or state"},
    {Type::nrp, Coverage::none, "NRP", "a nationality, religion or political group"},
    {Type::organization, Coverage::none, "ORGANIZATION", "a company or institution"},
    {Type::person, Coverage::none, "PERSON", "a person's name"},
}};

constexpr bool rows_in_order() {
  for (std::size_t i = 0; i < kTypes; ++i) {
    if (static_cast<std::size_t>(kRows[i].type) != i) return false;
  }
  return true;
}
static_assert(rows_in_order());

constexpr std::array<std::string_view, kTypes> names() {
  std::array<std::string_view, kTypes> all;
  for (std::size_t i = 0; i < kTypes; ++i) all[i] = kRows[i].name;
  return all;
}
constexpr std::array<std::string_view, kTypes> kNames = names();

}  // namespace

std::string_view to_string(Type type) {
  return kRows[index(type)].name;
}

std::optional<Type> type_of(std::string_view name) {
  for (const Row& row : kRows) {
    if (equal_caseless(row.name, name)) return row.type;
  }
  return std::nullopt;
}

std::span<const std::string_view> type_names() {
  return kNames;
}

Coverage coverage(Type type) {
  return kRows[index(type)].coverage;
}

std::string_view meaning(Type type) {
  return kRows[index(type)].meaning;
}

TypeSet all_types() {
  return TypeSet().set();
}

TypeSet types_with(Coverage coverage) {
  TypeSet set;
  for (const Row& row : kRows) set[index(row.type)] = row.coverage == coverage;
  return set;
}

}  // namespace signalbox::pii
