// Planted mistakes and odd but valid files, as data in tests/mistakes/.
//
// A case in *.txt is a title, the expected findings, and the files:
//
//   === a reversed band
//   $ NAME=value                                     an environment variable
//   ! code path line:column | message | suggestion   an error: all of them, in order; parts of the texts
//   ? code path                                      a warning that must be among the findings
//   ---
//   routing: …                                       `+++ name` starts a further file that merges over the first
//
// Every file in valid/ must load without errors.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "router/load.h"

namespace signalbox::router {
namespace {

namespace fs = std::filesystem;

struct Case {
  std::string title, source;
  std::vector<std::string> errors, warnings;
  std::map<std::string, std::string> variables;
  std::vector<std::pair<std::string, std::string>> files;
};

void PrintTo(const Case& one, std::ostream* out) {
  *out << one.source << ": " << one.title;
}

fs::path folder() {
  return fs::path(SIGNALBOX_SOURCE_DIR) / "tests/mistakes";
}

void add_header_line(const std::string& line, Case& into) {
  const std::string rest = line.size() > 2 ? line.substr(2) : "";
  if (line.starts_with("! ")) into.errors.push_back(rest);
  if (line.starts_with("? ")) into.warnings.push_back(rest);
  if (line.starts_with("$ ")) into.variables[rest.substr(0, rest.find('='))] = rest.substr(rest.find('=') + 1);
  if (line == "---") into.files.emplace_back("config.yaml", "");
}

void add_line(const std::string& line, Case& into) {
  if (into.files.empty()) return add_header_line(line, into);
  if (line.starts_with("+++ ")) {
    into.files.emplace_back(line.substr(4), "");
  } else {
    into.files.back().second += line + "\n";
  }
}

std::vector<Case> read_cases(const fs::path& file) {
  std::vector<Case> cases;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("=== ")) {
      cases.emplace_back();
      cases.back().title = line.substr(4);
      cases.back().source = file.filename().string();
    } else if (!cases.empty()) {
      add_line(line, cases.back());
    }
  }
  return cases;
}

std::vector<fs::path> files_in(const fs::path& in, std::string_view extension) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(in)) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const fs::path& file : files_in(folder(), ".txt")) {
    for (Case& one : read_cases(file)) cases.push_back(std::move(one));
  }
  return cases;
}

Loaded load_case(const Case& one) {
  std::vector<std::string> names;
  for (const auto& [name, text] : one.files) names.push_back(name);
  const config::Environment environment = [&](const std::string& name) {
    const auto it = one.variables.find(name);
    return it == one.variables.end() ? std::nullopt : std::optional<std::string>(it->second);
  };
  return load(names, environment, [&](const std::string& name) {
    const auto it =
        std::find_if(one.files.begin(), one.files.end(), [&](const auto& file) { return file.first == name; });
    return std::optional<std::string>(it->second);
  });
}

// A finding in the form of a case's header.
std::string in_case_form(const config::Diagnostic& d) {
  const std::string path = d.path.empty() ? "." : d.path;
  return fmt::format("{} {} {}:{} | {} | {}", d.code, path, d.line, d.column, d.message, d.suggestion);
}

// "code path place | message | suggestion": the first part is exact, the others are parts of what is said.
bool fits(const std::string& expected, const std::string& actual) {
  std::istringstream wanted(expected), found(actual);
  for (int part = 0; part < 3; ++part) {
    std::string want, have;
    std::getline(wanted, want, '|');
    std::getline(found, have, '|');
    const auto trim = [](const std::string& text) {
      const std::size_t begin = text.find_first_not_of(' ');
      return begin == std::string::npos ? std::string() : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
    };
    if (part == 0 ? trim(want) != trim(have) : !trim(have).contains(trim(want))) return false;
    if (part == 2 && trim(want).empty() && !trim(have).empty()) return false;  // an unexpected suggestion
  }
  return true;
}

std::vector<std::string> findings(const Loaded& loaded, config::Severity severity) {
  std::vector<std::string> list;
  for (const config::Diagnostic& d : loaded.diagnostics->items()) {
    if (d.severity == severity) list.push_back(in_case_form(d));
  }
  return list;
}

class Mistakes : public testing::TestWithParam<Case> {};

TEST_P(Mistakes, GetTheirOwnPreciseErrors) {
  const Case& one = GetParam();
  const Loaded loaded = load_case(one);
  const std::vector<std::string> errors = findings(loaded, config::Severity::error);
  const bool same =
      std::equal(errors.begin(), errors.end(), one.errors.begin(), one.errors.end(),
                 [](const std::string& actual, const std::string& expected) { return fits(expected, actual); });
  std::string found;
  for (const std::string& error : errors) found += "! " + error + "\n";
  EXPECT_TRUE(same) << one.source << ": === " << one.title << "\n" << found;
  EXPECT_FALSE(one.errors.empty() && one.warnings.empty()) << "the case expects nothing";
  for (const std::string& warning : one.warnings) {
    EXPECT_THAT(findings(loaded, config::Severity::warning), testing::Contains(testing::StartsWith(warning)));
  }
  EXPECT_EQ(loaded.snapshot == nullptr, !errors.empty());
}

INSTANTIATE_TEST_SUITE_P(Planted, Mistakes, testing::ValuesIn(all_cases()), [](const auto& instance) {
  std::string name = instance.param.source + "_" + instance.param.title;
  std::replace_if(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
});

TEST(MistakesTable, HasAtLeastSeventyErrors) {
  const std::vector<Case> cases = all_cases();
  EXPECT_GE(std::count_if(cases.begin(), cases.end(), [](const Case& one) { return !one.errors.empty(); }), 70);
}

// ---- odd but valid -------------------------------------------------------------------------------------------------

TEST(OddButValid, FilesLoadWithoutErrors) {
  const std::vector<fs::path> files = files_in(folder() / "valid", ".yaml");
  EXPECT_GE(files.size(), 25U);
  const config::Environment environment = [](const std::string& name) {
    return name == "SIGNALBOX_TEST_PORT" ? std::optional<std::string>("9000") : std::nullopt;
  };
  for (const fs::path& file : files) {
    std::vector<std::string> paths{file.string()};
    const fs::path over = fs::path(file).replace_extension(".over");  // merged over it, where there is one
    if (fs::exists(over)) paths.push_back(over.string());
    const Loaded loaded = load(paths, environment);
    EXPECT_THAT(findings(loaded, config::Severity::error), testing::IsEmpty()) << file;
    EXPECT_NE(loaded.snapshot, nullptr) << file;
  }
}

}  // namespace
}  // namespace signalbox::router
