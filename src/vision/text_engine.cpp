#include "vision/text_engine.h"

#include <allheaders.h>
#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <tesseract/baseapi.h>
#include <tesseract/ocrclass.h>
#include <tesseract/resultiterator.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <utility>

namespace signalbox::vision {
namespace {

using Clock = std::chrono::steady_clock;

struct PixDeleter {
  void operator()(Pix* pix) const { pixDestroy(&pix); }
};
using PixHandle = std::unique_ptr<Pix, PixDeleter>;

PixHandle to_pix(const Grey& grey) {
  PixHandle pix(pixCreateNoInit(static_cast<l_int32>(grey.width), static_cast<l_int32>(grey.height), 8));
  if (!pix) throw std::bad_alloc();
  l_uint32* line = pixGetData(pix.get());
  const std::size_t words = static_cast<std::size_t>(pixGetWpl(pix.get()));
  for (std::size_t y = 0; y < grey.height; ++y, line += words) {
    for (std::size_t x = 0; x < grey.width; ++x) SET_DATA_BYTE(line, x, grey.samples[y * grey.width + x]);
  }
  return pix;
}

constexpr int kScreenDpi = 96;
constexpr double kLeastEnlargement = 1.25;  // less is not worth it

PixHandle enlarged(PixHandle pix, double factor) {
  if (factor == 1) return pix;
  const auto scale = static_cast<l_float32>(factor);
  PixHandle larger(pixScaleGrayLI(pix.get(), scale, scale));
  if (!larger) throw std::bad_alloc();
  return larger;
}

// Tesseract opens an OpenMP team of four for every line, whatever its caller is, and they spin: on a busy machine a
// reading took ten times as long. OMP_THREAD_LIMIT would help only from before the process started; this helps now. The
// function is looked up because the OpenMP runtime comes with Tesseract, if at all, and is none of our dependencies.
void read_with_one_thread() {
  using SetLevels = void (*)(int);
  if (auto* set = reinterpret_cast<SetLevels>(::dlsym(RTLD_DEFAULT, "omp_set_max_active_levels"))) set(0);
}

// chi_sim is in tesseract-ocr-chi-sim.
std::string package_of(std::string language) {
  std::ranges::replace(language, '_', '-');
  return "tesseract-ocr-" + language;
}

std::string without(const std::vector<std::string>& missing, const std::string& folder) {
  std::vector<std::string> files, packages;
  for (const std::string& language : missing) {
    files.push_back(language + ".traineddata");
    packages.push_back(package_of(language));
  }
  return fmt::format("no text recognition: cannot load {} from {}; Debian's {} {}", fmt::join(files, ", "), folder,
                     fmt::join(packages, ", "), missing.size() == 1 ? "has it" : "have them");
}

// Of the line at `it`, in a picture that was enlarged by `factor`.
evidence::Box box_at(const tesseract::ResultIterator& it, double factor) {
  int left = 0, top = 0, right = 0, bottom = 0;
  it.BoundingBox(tesseract::RIL_TEXTLINE, &left, &top, &right, &bottom);
  const auto at = [&](int value) { return static_cast<std::uint32_t>(std::max(0.0, value / factor)); };
  const std::uint32_t x = at(left), y = at(top);
  return {.left = x,
          .top = y,
          .width = static_cast<std::uint32_t>(std::ceil(right / factor)) - x,
          .height = static_cast<std::uint32_t>(std::ceil(bottom / factor)) - y};
}

std::vector<ReadLine> lines_of(tesseract::ResultIterator* it, double factor) {
  using tesseract::RIL_TEXTLINE, tesseract::RIL_WORD;
  std::vector<ReadLine> lines;
  if (it == nullptr) return lines;
  bool open = false;
  do {
    if (it->IsAtBeginningOf(RIL_TEXTLINE)) open = false;
    const std::unique_ptr<char[]> text(it->GetUTF8Text(RIL_WORD));
    if (!text || *text.get() == '\0') continue;
    if (!std::exchange(open, true)) lines.push_back({.words = {}, .box = box_at(*it, factor)});
    lines.back().words.push_back({text.get(), std::clamp(it->Confidence(RIL_WORD) / 100.0F, 0.0F, 1.0F)});
  } while (it->Next(RIL_WORD));
  return lines;
}

}  // namespace

class TextEngine::Impl {
 public:
  // The languages that are missing; nothing: ready.
  std::vector<std::string> init(const std::string& tessdata, const std::vector<std::string>& languages);
  std::string folder() { return api_.GetDatapath(); }
  bool recognise(Clock::time_point deadline);

  tesseract::TessBaseAPI api_;
};

std::vector<std::string> TextEngine::Impl::init(const std::string& tessdata,
                                                const std::vector<std::string>& languages) {
  const char* folder = tessdata.empty() ? nullptr : tessdata.c_str();
  const std::string all = fmt::format("{}", fmt::join(languages, "+"));
  if (api_.Init(folder, all.c_str(), tesseract::OEM_LSTM_ONLY) != 0) return languages;
  api_.SetVariable("debug_file", "/dev/null");
  // It leaves out what it cannot load while there is anything that it can.
  std::vector<std::string> loaded, missing;
  api_.GetLoadedLanguagesAsVector(&loaded);
  for (const std::string& language : languages) {
    if (std::ranges::find(loaded, language) == loaded.end()) missing.push_back(language);
  }
  return missing;
}

bool TextEngine::Impl::recognise(Clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
  if (left <= 0) return false;
  tesseract::ETEXT_DESC monitor;
  monitor.set_deadline_msecs(static_cast<int>(std::min<decltype(left)>(left, 3'600'000)));
  const int failed = api_.Recognize(&monitor);
  return failed == 0 && !monitor.deadline_exceeded();
}

std::string joined(const ReadLine& line) {
  std::string text;
  for (const ReadWord& word : line.words) text += (text.empty() ? "" : " ") + word.text;
  return text;
}

TextEngine::TextEngine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TextEngine::~TextEngine() = default;

std::expected<std::unique_ptr<TextEngine>, std::string> TextEngine::create(const std::string& tessdata,
                                                                           const std::vector<std::string>& languages) {
  read_with_one_thread();
  auto impl = std::make_unique<Impl>();
  const std::vector<std::string> missing = impl->init(tessdata, languages);
  if (!missing.empty()) {
    return std::unexpected(without(missing, tessdata.empty() ? impl->folder() : tessdata));
  }
  return std::unique_ptr<TextEngine>(new TextEngine(std::move(impl)));
}

std::optional<std::vector<ReadLine>> TextEngine::read(const Grey& picture, double enlargement, Layout layout,
                                                      const char* alphabet, Deadline deadline) {
  tesseract::TessBaseAPI& api = impl_->api_;
  const double factor = enlargement < kLeastEnlargement ? 1 : enlargement;
  const PixHandle pix = enlarged(to_pix(picture), factor);
  api.SetVariable("tessedit_char_whitelist", alphabet);
  api.SetPageSegMode(layout == Layout::page ? tesseract::PSM_AUTO : tesseract::PSM_SINGLE_LINE);
  api.SetImage(pix.get());
  api.SetSourceResolution(static_cast<int>(kScreenDpi * factor));
  std::optional<std::vector<ReadLine>> lines;
  if (impl_->recognise(deadline)) {
    const std::unique_ptr<tesseract::ResultIterator> it(api.GetIterator());
    lines = lines_of(it.get(), factor);
  }
  api.Clear();
  return lines;
}

}  // namespace signalbox::vision
