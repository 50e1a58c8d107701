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
};

constexpr std::array<Row, kTypes> kRows{{
    {Type::email_address, Coverage::full, "EMAIL_ADDRESS"},
    {Type::phone_number, Coverage::full, "PHONE_NUMBER"},
    {Type::credit_card, Coverage::full, "CREDIT_CARD"},
    {Type::iban_code, Coverage::full, "IBAN_CODE"},
    {Type::us_ssn, Coverage::full, "US_SSN"},
    {Type::us_driver_license, Coverage::partial, "US_DRIVER_LICENSE"},
    {Type::uk_nino, Coverage::full, "UK_NINO"},
    {Type::uk_nhs, Coverage::full, "UK_NHS"},
    {Type::de_tax_id, Coverage::full, "DE_TAX_ID"},
    {Type::de_id_card, Coverage::full, "DE_ID_CARD"},
    {Type::fr_nir, Coverage::full, "FR_NIR"},
    {Type::es_nif, Coverage::full, "ES_NIF"},
    {Type::es_nie, Coverage::full, "ES_NIE"},
    {Type::in_aadhaar, Coverage::full, "IN_AADHAAR"},
    {Type::in_pan, Coverage::full, "IN_PAN"},
    {Type::cn_resident_id, Coverage::full, "CN_RESIDENT_ID"},
    {Type::passport, Coverage::full, "PASSPORT"},
    {Type::ip_address, Coverage::full, "IP_ADDRESS"},
    {Type::mac_address, Coverage::full, "MAC_ADDRESS"},
    {Type::domain_name, Coverage::full, "DOMAIN_NAME"},
    {Type::crypto, Coverage::full, "CRYPTO"},
    {Type::date_of_birth, Coverage::full, "DATE_OF_BIRTH"},
    {Type::age, Coverage::partial, "AGE"},
    {Type::street_address, Coverage::partial, "STREET_ADDRESS"},
    {Type::zip_code, Coverage::partial, "ZIP_CODE"},
    {Type::secret, Coverage::full, "SECRET"},
    {Type::date_time, Coverage::none, "DATE_TIME"},
    {Type::gpe, Coverage::none, "GPE"},
    {Type::nrp, Coverage::none, "NRP"},
    {Type::organization, Coverage::none, "ORGANIZATION"},
    {Type::person, Coverage::none, "PERSON"},
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

TypeSet all_types() {
  return TypeSet().set();
}

TypeSet types_with(Coverage coverage) {
  TypeSet set;
  for (const Row& row : kRows) set[index(row.type)] = row.coverage == coverage;
  return set;
}

}  // namespace signalbox::pii
