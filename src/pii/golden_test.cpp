// tests/golden/pii/numbers.tsv: what python-stdnum holds for valid is found, exactly; what it refuses is not.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "pii/checksum.h"
#include "pii/keccak.h"
#include "pii/pii.h"

namespace signalbox::pii {
namespace {

std::string golden_path() {
  return std::string(SIGNALBOX_SOURCE_DIR) + "/tests/golden/pii/numbers.tsv";
}

TEST(PiiGolden, NumbersWithCheckDigitsAsPythonStdnum) {
  std::ifstream in(golden_path());
  ASSERT_TRUE(in) << golden_path();
  std::map<std::string, int> valid;
  for (std::string line; std::getline(in, line);) {
    std::istringstream fields(line);
    std::string type, verdict, text, number;
    std::getline(fields, type, '\t');
    std::getline(fields, verdict, '\t');
    std::getline(fields, text, '\t');
    std::getline(fields, number, '\t');
    const auto spans = find(text, {}).spans;
    const std::size_t begin = text.find(number);
    const bool found = std::any_of(spans.begin(), spans.end(), [&](const Span& span) {
      return to_string(span.type) == type && span.begin == begin && span.end == begin + number.size();
    });
    EXPECT_EQ(found, verdict == "valid") << line;
    valid[type] += verdict == "valid" ? 1 : 0;
  }
  EXPECT_EQ(valid.size(), 9U);
  for (const auto& [type, count] : valid) EXPECT_EQ(count, 40) << type;
}

TEST(Checksums, PublishedExamples) {
  EXPECT_TRUE(luhn("79927398713"));
  EXPECT_TRUE(verhoeff("2363"));
  EXPECT_EQ(mod97("3214282912345698765432161182"), 1);  // ISO 13616's example
  EXPECT_TRUE(mod11_2("11010519491231002X"));
  EXPECT_TRUE(nhs_check("9434765919"));
  EXPECT_EQ(icao_digit("L898902C3"), 6);  // ICAO 9303-4, appendix A
  const auto hash = keccak256("");
  EXPECT_EQ(hash[0], 0xc5);
  EXPECT_EQ(hash[1], 0xd2);
  EXPECT_EQ(hash[31], 0x70);
}

}  // namespace
}  // namespace signalbox::pii
