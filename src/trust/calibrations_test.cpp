#include "trust/calibrations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "models/head_fixture.h"
#include "trust/planted_scores.h"

namespace signalbox::trust {
namespace {

using testing::HasSubstr;

Calibration calibration_of(const std::string& signal, const std::string& fingerprint,
                           ProbabilityMap::Kind map = ProbabilityMap::Kind::platt) {
  CalibrationOptions options;
  options.map = map;
  Calibration one = calibrate(planted(2, 50, 1), options).value();
  one.signal = signal;
  one.fingerprint = fingerprint;
  one.model = "MiniLM in int8, dimension 384";
  return one;
}

class CalibrationsFile : public testing::Test {
 protected:
  std::string changed(const std::string& from, const std::string& to) {
    Calibrations calibrations;
    calibrations.put(calibration_of("embedding:billing", "f1"));
    EXPECT_TRUE(calibrations.save(file_));
    std::ifstream in(file_);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << text;
    std::ofstream(file_) << text.replace(at, from.size(), to);
    const auto loaded = Calibrations::load(file_);
    return loaded ? "" : loaded.error();
  }

  models::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path / kCalibrationsFile;
};

TEST_F(CalibrationsFile, WhatIsSavedIsLoaded) {
  Calibrations calibrations;
  const Calibration platt = calibration_of("embedding:billing", "f1");
  const Calibration isotonic = calibration_of("domain:math", "f2", ProbabilityMap::Kind::isotonic);
  calibrations.put(platt);
  calibrations.put(isotonic);
  ASSERT_TRUE(calibrations.save(file_));
  const auto loaded = Calibrations::load(file_);
  ASSERT_TRUE(loaded) << loaded.error();
  const Calibration* found = loaded->find("embedding:billing", "f1").value();
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->point.threshold, platt.point.threshold);
  EXPECT_EQ(found->point.f1(), platt.point.f1());
  EXPECT_EQ(found->map(1.25), platt.map(1.25));
  EXPECT_EQ(loaded->find("domain:math", "f2").value()->map(1.25), isotonic.map(1.25));
}

TEST_F(CalibrationsFile, OfAnotherRepresentationIsRefusedWithASentence) {
  Calibrations calibrations;
  calibrations.put(calibration_of("embedding:billing", "aaaaaaaaaaaaaaaa"));
  const auto found = calibrations.find("embedding:billing", "bbbbbbbbbbbbbbbb");
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error(), HasSubstr("made for another representation (MiniLM in int8, dimension 384; fingerprint "
                                       "aaaaaaaaaaaa"));
  EXPECT_EQ(calibrations.find("embedding:other", "bbbb").value(), nullptr);
}

TEST_F(CalibrationsFile, EachRepresentationHasItsOwn) {
  Calibrations calibrations;
  calibrations.put(calibration_of("embedding:billing", "f1"));
  calibrations.put(calibration_of("embedding:billing", "f2"));
  calibrations.put(calibration_of("embedding:billing", "f2"));
  EXPECT_EQ(calibrations.all().size(), 2U);
  EXPECT_EQ(calibrations.find("embedding:billing", "f2").value()->fingerprint, "f2");
}

TEST_F(CalibrationsFile, MistakesNameFileAndKey) {
  EXPECT_THAT(Calibrations::load(folder_.path / "none.json").error(), HasSubstr("none.json: cannot be read"));
  EXPECT_THAT(changed("\"format\": 1", "\"format\": 9"), HasSubstr("calibrations.json: \"format\" is not 1"));
  EXPECT_THAT(changed("\"threshold\"", "\"level\""), HasSubstr("calibrations[0]: \"threshold\" is missing"));
  EXPECT_THAT(changed("\"platt\"", "\"magic\""), HasSubstr("calibrations[0]: map: \"kind\" is neither"));
  EXPECT_THAT(changed("\"f1\",\n      \"model\"", "7,\n      \"model\""), HasSubstr("\"fingerprint\" is not a text"));
  EXPECT_THAT(changed("\"objective\": \"f1\"", "\"objective\": \"f3\""), HasSubstr("\"objective\" is wrong"));
  EXPECT_THAT(changed("\"slope\": ", "\"slope\": -"), HasSubstr("\"slope\" is not a number from 0"));
}

}  // namespace
}  // namespace signalbox::trust
