#include "pii/pii.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace signalbox::pii {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "TYPE text" of all that is found.
std::vector<std::string> found_in(const std::string& text, const Options& options = {}) {
  std::vector<std::string> all;
  for (const Span& span : find(text, options).spans) {
    all.push_back(std::string(to_string(span.type)) + " " + text.substr(span.begin, span.end - span.begin));
  }
  return all;
}

struct Example {
  std::string type;
  std::string text;  // what is to be found stands in [[ ]]
};

void PrintTo(const Example& example, std::ostream* out) {
  *out << example.type << ": " << example.text;
}

class Finds : public testing::TestWithParam<Example> {};

TEST_P(Finds, ExactlyTheMarkedPlace) {
  std::string text = GetParam().text;
  const std::size_t begin = text.find("[[");
  text.erase(begin, 2);
  const std::size_t end = text.find("]]");
  text.erase(end, 2);
  EXPECT_THAT(found_in(text), ElementsAre(GetParam().type + " " + text.substr(begin, end - begin)));
}

INSTANTIATE_TEST_SUITE_P(Addresses, Finds,
                         testing::Values(Example{"EMAIL_ADDRESS", "write to [[jane.doe+x@mail.example.co.uk]]."},
                                         Example{"EMAIL_ADDRESS",
                                                 "<[[j_d@b\xC3\xBC"
                                                 "cher.de]]>"},
                                         Example{"EMAIL_ADDRESS", "mailto:[[a@b.io]]?subject=x"},
                                         Example{"DOMAIN_NAME", "see [[https://www.Example.org/a/b?c=d]], please"},
                                         Example{"DOMAIN_NAME", "([[http://smellology.be/]])"},
                                         Example{"IP_ADDRESS", "from [[41.173.96.26]]: blocked"},
                                         Example{"IP_ADDRESS", "host [[10.1.2.3]]:8080"},
                                         Example{"IP_ADDRESS", "at [[6e40:4041:c617:e898:c11:40d2:c669:2eb4]] now"},
                                         Example{"IP_ADDRESS", "[[fe80::1ff:fe23:4567:890a]]"},
                                         Example{"MAC_ADDRESS", "card [[52:54:00:9d:0e:67]]"},
                                         Example{"MAC_ADDRESS", "[[AA-BB-CC-DD-EE-01]] is up"},
                                         Example{"STREET_ADDRESS", "I live at [[12 Main Street]]."},
                                         Example{"STREET_ADDRESS",
                                                 "Wohnung: [[Hauptstra\xC3\x9F"
                                                 "e 5]], Bonn"},
                                         Example{"STREET_ADDRESS", "chez moi, [[12 rue de la Paix]], Paris"},
                                         Example{"STREET_ADDRESS", "box: [[P.O. Box 149]]"},
                                         Example{"ZIP_CODE", "my zip code is [[94105]]"},
                                         Example{"ZIP_CODE", "near [[SW1A 1AA]] in London"}));

INSTANTIATE_TEST_SUITE_P(Phones, Finds,
                         testing::Values(Example{"PHONE_NUMBER", "ring [[+49 30 901820]] today"},
                                         Example{"PHONE_NUMBER", "[[+41 (0)71 526 99 04]]"},
                                         Example{"PHONE_NUMBER", "[[001-253-366-9781]]"},
                                         Example{"PHONE_NUMBER", "or [[(212) 555-0123]], say"},
                                         Example{"PHONE_NUMBER", "[[212-555-0123 ext. 42]]"},
                                         Example{"PHONE_NUMBER", "Fax: [[345-899-3560x4587]]"},
                                         Example{"PHONE_NUMBER", "Phone:\n[[60-56-85-91]]\n"},
                                         Example{"PHONE_NUMBER", "call me at [[0699 868 88 55]]"},
                                         Example{"PHONE_NUMBER", "\xE7\x94\xB5\xE8\xAF\x9D[[13812345678]]"},
                                         Example{"PHONE_NUMBER", "Handy [[0171/1234567]]"}));

INSTANTIATE_TEST_SUITE_P(
    Numbers, Finds,
    testing::Values(
        Example{"CREDIT_CARD", "pay with [[4111 1111 1111 1111]] now"}, Example{"CREDIT_CARD", "[[3782-822463-10005]]"},
        Example{"CREDIT_CARD", "my credit card number is [[675984103431]]?"},
        Example{"CREDIT_CARD", "[[4111111111111111]] 12/27"},
        Example{"IBAN_CODE", "to [[DE89 3704 0044 0532 0130 00]] please"},
        Example{"IBAN_CODE", "[[GB82WEST12345698765432]]"}, Example{"US_SSN", "Here's my SSN: [[460-89-9847]]"},
        Example{"US_SSN", "social security number [[460899847]]"}, Example{"UK_NINO", "NI [[AB 12 34 56 C]] on file"},
        Example{"UK_NINO", "[[AB123456C]]"}, Example{"UK_NHS", "NHS number [[943 476 5919]]"},
        Example{"DE_TAX_ID", "Steuer-ID [[86095742719]]"}, Example{"DE_ID_CARD", "Ausweisnummer [[L01X00T471]]"},
        Example{"FR_NIR", "[[2 55 08 14 168 025 38]]"}, Example{"ES_NIF", "DNI [[12345678Z]]"},
        Example{"ES_NIE", "[[X1234567L]]"}, Example{"IN_AADHAAR", "Aadhaar [[2341 2341 2346]]"},
        Example{"IN_PAN", "PAN: [[ABCPE1234F]]"}, Example{"CN_RESIDENT_ID", "[[11010519491231002X]]"},
        Example{"US_DRIVER_LICENSE", "my driver's license number is [[F162823540116]]"},
        Example{"DATE_OF_BIRTH", "date of birth: [[6/24/1991]]"},
        Example{"DATE_OF_BIRTH", "geboren am [[24. Juni 1991]] in Bonn"},
        Example{"DATE_OF_BIRTH", "She was born on [[June 24, 1991]]."}, Example{"AGE", "a [[61]] year old man"},
        Example{"AGE", "just turned [[60]]"},
        Example{"PASSPORT",
                "[[P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10]]"},
        Example{"PASSPORT",
                "[[I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<]]"},
        Example{"CRYPTO", "send to [[1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa]]"},
        Example{"CRYPTO", "[[bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4]]"},
        Example{"CRYPTO", "[[0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed]]"}));

TEST(Pii, FindsNothingInWhatOnlyLooksLikeIt) {
  for (const char* text : {
           "4111 1111 1111 1112",                                   // Luhn
           "order 4929 0000 and 12",                                //
           "DE89 3704 0044 0532 0130 01",                           // mod 97
           "version 10.2.3.4 of it",                                //
           "127.0.0.1 and 192.0.2.17",                              //
           "000-12-3456, 666-12-3456, 900-12-3456",                 // no SSN begins so
           "550e8400-e29b-41d4-a716-446655440000",                  //
           "git clone git@github.com:org/repo.git",                 //
           "logo@2x.png and react@18.2.0",                          //
           "sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709",         //
           "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",                    // base58check
           "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD",            // EIP-55
           "11010519491231002Y 110105194913310021",                 //
           "ISBN 978-3-16-148410-0, doi:10.1000/s12345-678-90123",  //
           "12:34:56 on 2024-01-15, 3.14159265358979",              //
           "std::a1::b2 1::2",                                      //
       }) {
    EXPECT_THAT(found_in(text), IsEmpty()) << text;
  }
}

TEST(Pii, SpansAreBytesAndCutNoCharacter) {
  const std::string text =
      "\xE6\x88\x91\xE7\x9A\x84\xE9\x82\xAE\xE7\xAE\xB1\xEF\xBC\x9A"
      "a@b.de\xEF\xBC\x8C\xE8\xB0\xA2\xE8\xB0\xA2";
  // Chinese letters may stand in an international address, so the marks end it, and the words before do not join it.
  const auto spans = find(text, {}).spans;
  ASSERT_EQ(spans.size(), 1U);
  EXPECT_NE(static_cast<unsigned char>(text[spans[0].begin]) & 0xC0U, 0x80U);
  EXPECT_TRUE(spans[0].end == text.size() || (static_cast<unsigned char>(text[spans[0].end]) & 0xC0U) != 0x80U);
}

TEST(Pii, ContextWordsOfOnesOwn) {
  EXPECT_THAT(found_in("Durchwahl 358 0594"), IsEmpty());
  Options options;
  options.context_words = {{Type::phone_number, "durchwahl"}};
  EXPECT_THAT(found_in("Durchwahl 358 0594", options), ElementsAre("PHONE_NUMBER 358 0594"));
}

TEST(Pii, OnlyWhatIsWantedAndSureEnough) {
  Options options;
  options.types = TypeSet().set(index(Type::credit_card));
  EXPECT_THAT(found_in("a@b.de 4111 1111 1111 1111", options), ElementsAre("CREDIT_CARD 4111 1111 1111 1111"));
  options.min_score = 0.95;
  EXPECT_THAT(found_in("a@b.de 4111 1111 1111 1111", options), IsEmpty());
  EXPECT_THAT(found_in("card 4111 1111 1111 1111", options), ElementsAre("CREDIT_CARD 4111 1111 1111 1111"));
}

TEST(Pii, MergeKeepsTheSurestThenTheLongest) {
  const Span sure{Type::credit_card, 4, 10, 1, "a"};
  const Span longer{Type::phone_number, 0, 12, 0.8, "b"};
  const Span apart{Type::phone_number, 10, 14, 0.8, "b"};
  const Span shorter{Type::us_ssn, 11, 14, 0.8, "c"};
  EXPECT_THAT(merge({longer, sure, apart, shorter}, all_types(), 0), ElementsAre(sure, apart));
  EXPECT_THAT(merge({longer, sure, apart, shorter}, all_types(), 0.9), ElementsAre(sure));
  EXPECT_THAT(merge({longer, sure}, TypeSet().set(index(Type::phone_number)), 0), ElementsAre(longer));
}

TEST(Pii, SaysWhenThereIsMoreThanItGives) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += "u" + std::to_string(i) + "@example.org ";
  Options options;
  EXPECT_FALSE(find(text, options).truncated);
  options.max_spans = 10;
  const Found found = find(text, options);
  EXPECT_EQ(found.spans.size(), 10U);
  EXPECT_TRUE(found.truncated);
}

TEST(Types, NamesGoBothWays) {
  for (const std::string_view name : type_names()) EXPECT_EQ(to_string(*type_of(name)), name);
  EXPECT_EQ(type_of("email_address"), Type::email_address);
  EXPECT_EQ(type_of("EMAIL"), std::nullopt);
  EXPECT_EQ((types_with(Coverage::full) | types_with(Coverage::partial) | types_with(Coverage::none)), all_types());
}

}  // namespace
}  // namespace signalbox::pii
