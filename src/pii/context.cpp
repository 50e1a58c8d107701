#include "pii/context.h"

#include <algorithm>
#include <array>
#include <string>

#include "pii/ascii.h"

namespace signalbox::pii {
namespace {

constexpr std::size_t kWords = 8;
constexpr std::size_t kBytes = 80;
constexpr std::size_t kLongest = 24;

struct Entry {
  std::string_view word;
  Topic topic;
};

// Lower case. Letters beyond ASCII are compared as they stand.
constexpr std::array kEntries = std::to_array<Entry>({
    {"aadhaar", Topic::aadhaar},
    {"aadhar", Topic::aadhaar},
    {"account", Topic::bank},
    {"address", Topic::address},
    {"adresse", Topic::address},
    {"age", Topic::age},
    {"aged", Topic::age},
    {"aktenzeichen", Topic::other},
    {"amex", Topic::card},
    {"amount", Topic::other},
    {"answering", Topic::talk},
    {"article", Topic::other},
    {"artikelnummer", Topic::other},
    {"asin", Topic::other},
    {"ausweis", Topic::id_card},
    {"ausweisnummer", Topic::id_card},
    {"barcode", Topic::other},
    {"batch", Topic::other},
    {"birth", Topic::birth},
    {"birthdate", Topic::birth},
    {"birthday", Topic::birth},
    {"birthdays", Topic::birth},
    {"bitcoin", Topic::crypto},
    {"born", Topic::birth},
    {"btc", Topic::crypto},
    {"build", Topic::version},
    {"call", Topic::talk},
    {"callback", Topic::phone},
    {"card", Topic::card},
    {"cards", Topic::card},
    {"carte", Topic::card},
    {"case", Topic::other},
    {"cell", Topic::phone},
    {"cellphone", Topic::phone},
    {"celular", Topic::phone},
    {"checksum", Topic::other},
    {"commit", Topic::other},
    {"contact", Topic::talk},
    {"coordinates", Topic::other},
    {"crc", Topic::other},
    {"credit", Topic::card},
    {"cvv", Topic::card},
    {"debit", Topic::card},
    {"desk", Topic::phone},
    {"dial", Topic::phone},
    {"diners", Topic::card},
    {"discover", Topic::card},
    {"dl", Topic::license},
    {"dni", Topic::id_card},
    {"dob", Topic::birth},
    {"doi", Topic::other},
    {"driver", Topic::driver},
    {"drivers", Topic::driver},
    {"driving", Topic::driver},
    {"ean", Topic::other},
    {"error", Topic::other},
    {"eth", Topic::crypto},
    {"ethereum", Topic::crypto},
    {"fax", Topic::phone},
    {"firmware", Topic::version},
    {"fon", Topic::phone},
    {"geboren", Topic::birth},
    {"geburtsdatum", Topic::birth},
    {"gst", Topic::other},
    {"gtin", Topic::other},
    {"handy", Topic::phone},
    {"handynummer", Topic::phone},
    {"hash", Topic::other},
    {"hotline", Topic::phone},
    {"iban", Topic::bank},
    {"id", Topic::none},
    {"imei", Topic::other},
    {"invoice", Topic::other},
    {"ip", Topic::network},
    {"isbn", Topic::other},
    {"issn", Topic::other},
    {"issue", Topic::other},
    {"item", Topic::other},
    {"job", Topic::other},
    {"kartennummer", Topic::card},
    {"kreditkarte", Topic::card},
    {"landline", Topic::phone},
    {"lat", Topic::other},
    {"latitude", Topic::other},
    {"licence", Topic::license},
    {"license", Topic::license},
    {"line", Topic::none},
    {"lon", Topic::other},
    {"longitude", Topic::other},
    {"lot", Topic::other},
    {"maestro", Topic::card},
    {"mastercard", Topic::card},
    {"message", Topic::talk},
    {"mobil", Topic::phone},
    {"mobile", Topic::phone},
    {"mobilnummer", Topic::phone},
    {"model", Topic::other},
    {"m\xC3\xB3vil", Topic::phone},
    {"n\xC3\xA9", Topic::birth},
    {"n\xC3\xA9\x65", Topic::birth},
    {"nacido", Topic::birth},
    {"nacimiento", Topic::birth},
    {"naissance", Topic::birth},
    {"nhs", Topic::nhs},
    {"nie", Topic::id_card},
    {"nif", Topic::id_card},
    {"nino", Topic::insurance},
    {"order", Topic::other},
    {"page", Topic::other},
    {"pages", Topic::other},
    {"pan", Topic::pan},
    {"parcel", Topic::other},
    {"part", Topic::other},
    {"passnummer", Topic::id_card},
    {"passport", Topic::passport},
    {"permit", Topic::license},
    {"personalausweis", Topic::id_card},
    {"phone", Topic::phone},
    {"phonenumber", Topic::phone},
    {"plz", Topic::zip},
    {"port", Topic::other},
    {"portable", Topic::phone},
    {"postal", Topic::zip},
    {"postcode", Topic::zip},
    {"postleitzahl", Topic::zip},
    {"price", Topic::other},
    {"process", Topic::other},
    {"product", Topic::other},
    {"reach", Topic::talk},
    {"reference", Topic::other},
    {"reisepass", Topic::id_card},
    {"release", Topic::version},
    {"resident", Topic::resident},
    {"rfc", Topic::other},
    {"ring", Topic::talk},
    {"routing", Topic::other},
    {"rufnummer", Topic::phone},
    {"security", Topic::ssn},
    {"seed", Topic::other},
    {"serial", Topic::other},
    {"sin", Topic::other},
    {"sku", Topic::other},
    {"sms", Topic::phone},
    {"social", Topic::ssn},
    {"ssn", Topic::ssn},
    {"ssns", Topic::ssn},
    {"steuer", Topic::tax},
    {"steueridentifikationsnummer", Topic::tax},
    {"steuernummer", Topic::tax},
    {"t\xC3\xA9l", Topic::phone},
    {"t\xC3\xA9l\xC3\xA9phone", Topic::phone},
    {"tel", Topic::phone},
    {"telefon", Topic::phone},
    {"telefono", Topic::phone},
    {"telefonnummer", Topic::phone},
    {"tel\xC3\xA9\x66ono", Topic::phone},
    {"telephone", Topic::phone},
    {"text", Topic::talk},
    {"ticket", Topic::other},
    {"timestamp", Topic::other},
    {"total", Topic::other},
    {"tracking", Topic::other},
    {"transaction", Topic::none},
    {"turned", Topic::age},
    {"turning", Topic::age},
    {"upc", Topic::other},
    {"v", Topic::version},
    {"ver", Topic::version},
    {"version", Topic::version},
    {"visa", Topic::card},
    {"voicemail", Topic::phone},
    {"wallet", Topic::crypto},
    {"whatsapp", Topic::phone},
    {"zip", Topic::zip},
    {"zipcode", Topic::zip},
});

// Scripts without blanks between words: what stands anywhere in the window.
constexpr std::array kInside = std::to_array<Entry>({
    {"\xE7\x94\xB5\xE8\xAF\x9D", Topic::phone},                                          // 电话
    {"\xE6\x89\x8B\xE6\x9C\xBA", Topic::phone},                                          // 手机
    {"\xE9\x9B\xBB\xE8\xA9\xB1", Topic::phone},                                          // 電話
    {"\xE0\xA4\xAB\xE0\xA4\xBC\xE0\xA5\x8B\xE0\xA4\xA8", Topic::phone},                  // फ़ोन
    {"\xE7\x94\x9F\xE6\x97\xA5", Topic::birth},                                          // 生日
    {"\xE5\x87\xBA\xE7\x94\x9F", Topic::birth},                                          // 出生
    {"\xE8\xBA\xAB\xE4\xBB\xBD\xE8\xAF\x81", Topic::resident},                           // 身份证
    {"\xE0\xA4\x86\xE0\xA4\xA7\xE0\xA4\xBE\xE0\xA4\xB0", Topic::aadhaar},                // आधार
    {"\xD1\x82\xD0\xB5\xD0\xBB\xD0\xB5\xD1\x84\xD0\xBE\xD0\xBD", Topic::phone},          // телефон
    {"\xCF\x84\xCE\xB7\xCE\xBB\xCE\xAD\xCF\x86\xCF\x89\xCE\xBD\xCE\xBF", Topic::phone},  // τηλέφωνο
});

bool by_word(const Entry& a, const Entry& b) {
  return a.word < b.word;
}

// Sorted once at the first use rather than by hand: letters beyond ASCII sort where nobody expects them.
const std::vector<Entry>& sorted_entries() {
  static const std::vector<Entry> entries = [] {
    std::vector<Entry> all(kEntries.begin(), kEntries.end());
    std::sort(all.begin(), all.end(), by_word);
    return all;
  }();
  return entries;
}

Topic topic_of_word(std::string_view word, std::span<const ContextWord> more) {
  const std::vector<Entry>& entries = sorted_entries();
  const auto found = std::lower_bound(entries.begin(), entries.end(), Entry{word, Topic::none}, by_word);
  if (found != entries.end() && found->word == word) return found->topic;
  for (const ContextWord& own : more) {
    if (equal_caseless(own.word, word)) return topic_of(own.type);
  }
  return Topic::none;
}

bool in_word(char c) {
  return is_alnum(c) || is_high(c);
}

void note(Context& context, Topic topic) {
  if (topic == Topic::none) return;
  context.topics |= std::uint32_t{1} << static_cast<unsigned>(topic);
  if (context.nearest == Topic::none) context.nearest = topic;
}

void note_inside(Context& context, std::string_view window) {
  if (std::none_of(window.begin(), window.end(), is_high)) return;
  for (const Entry& entry : kInside) {
    if (window.find(entry.word) != std::string_view::npos) note(context, entry.topic);
  }
}

}  // namespace

Context context_before(std::string_view text, std::size_t pos, std::span<const ContextWord> more) {
  Context context;
  const std::size_t low = pos > kBytes ? pos - kBytes : 0;
  std::size_t i = pos;
  for (std::size_t words = 0; words < kWords && i > low; ++words) {
    while (i > low && !in_word(text[i - 1])) --i;
    const std::size_t end = i;
    bool letters = false;
    while (i > low && in_word(text[i - 1])) letters = !is_digit(text[--i]) || letters;
    const std::size_t size = end - i;
    // Numbers count as no words, for "Phone: 60-56-85-91" has many.
    if (!letters) words -= words > 0 ? 1 : 0;
    if (size == 0 || size > kLongest || !letters) continue;
    std::array<char, kLongest> lower;
    std::transform(text.begin() + static_cast<std::ptrdiff_t>(i), text.begin() + static_cast<std::ptrdiff_t>(end),
                   lower.begin(), to_lower);
    note(context, topic_of_word({lower.data(), size}, more));
  }
  note_inside(context, text.substr(low, pos - low));
  return context;
}

Topic topic_of(Type type) {
  switch (type) {
    case Type::phone_number:
      return Topic::phone;
    case Type::credit_card:
      return Topic::card;
    case Type::iban_code:
      return Topic::bank;
    case Type::us_ssn:
      return Topic::ssn;
    case Type::us_driver_license:
      return Topic::license;
    case Type::uk_nino:
      return Topic::insurance;
    case Type::uk_nhs:
      return Topic::nhs;
    case Type::de_tax_id:
      return Topic::tax;
    case Type::de_id_card:
    case Type::es_nif:
    case Type::es_nie:
      return Topic::id_card;
    case Type::in_aadhaar:
      return Topic::aadhaar;
    case Type::in_pan:
      return Topic::pan;
    case Type::cn_resident_id:
      return Topic::resident;
    case Type::date_of_birth:
      return Topic::birth;
    case Type::age:
      return Topic::age;
    case Type::zip_code:
      return Topic::zip;
    case Type::crypto:
      return Topic::crypto;
    default:
      return Topic::none;
  }
}

}  // namespace signalbox::pii
