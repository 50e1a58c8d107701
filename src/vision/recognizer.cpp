// How a picture is read:
//   1. each view of it (grey.h) is made light, and enlarged when it is small: screenshots hold letters of 8 to 14
//   pixels
//      and the network was trained on about 30;
//   2. Tesseract finds the layout and reads the lines;
//   3. lines that look like a machine-readable zone (long, of capitals, digits and '<') are read once more with only
//      that alphabet allowed, since general English models turn runs of '<' into letters. Both readings are kept: the
//      second one can only add evidence.
#include "vision/recognizer.h"

#include <allheaders.h>
#include <tesseract/baseapi.h>
#include <tesseract/ocrclass.h>
#include <tesseract/resultiterator.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

#include "vision/grey.h"
#include "vision/mrz.h"

namespace signalbox::vision {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kEnlargedPixels = 4.0e6;  // enlarge up to this area,
constexpr double kMaxEnlargement = 3;      // and up to this factor
constexpr int kScreenDpi = 96;
constexpr char kMrzAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<";

struct PixDeleter {
  void operator()(Pix* pix) const { pixDestroy(&pix); }
};
using PixHandle = std::unique_ptr<Pix, PixDeleter>;

PixHandle to_pix(const Grey& grey) {
  PixHandle pix(pixCreateNoInit(static_cast<l_int32>(grey.width), static_cast<l_int32>(grey.height), 8));
  if (!pix) return pix;
  l_uint32* line = pixGetData(pix.get());
  const std::size_t words = static_cast<std::size_t>(pixGetWpl(pix.get()));
  for (std::size_t y = 0; y < grey.height; ++y, line += words) {
    for (std::size_t x = 0; x < grey.width; ++x) SET_DATA_BYTE(line, x, grey.samples[y * grey.width + x]);
  }
  return pix;
}

double enlargement(const Grey& grey) {
  const double area = static_cast<double>(grey.width) * grey.height;
  return std::clamp(std::sqrt(kEnlargedPixels / area), 1.0, kMaxEnlargement);
}

PixHandle enlarged(PixHandle pix, double factor) {
  if (!pix || factor < 1.25) return pix;
  const auto scale = static_cast<l_float32>(factor);
  return PixHandle(pixScaleGrayLI(pix.get(), scale, scale));
}

struct Line {
  std::string text;
  int left, top, right, bottom;
};

}  // namespace

class Recognizer::Engine {
 public:
  bool init(const std::string& tessdata) {
    const char* folder = tessdata.empty() ? nullptr : tessdata.c_str();
    if (api_.Init(folder, "eng", tesseract::OEM_LSTM_ONLY) != 0) return false;
    api_.SetVariable("debug_file", "/dev/null");
    return true;
  }

  // Appends the view's text; false when the deadline passed.
  bool read_view(Grey view, Clock::time_point deadline, std::string& text, double& confidence_sum, int& readings);

 private:
  bool recognise(Clock::time_point deadline);
  std::vector<Line> lines();
  bool read_mrz(Clock::time_point deadline, std::string& text);

  tesseract::TessBaseAPI api_;
};

bool Recognizer::Engine::recognise(Clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
  if (left <= 0) return false;
  tesseract::ETEXT_DESC monitor;
  monitor.set_deadline_msecs(static_cast<int>(std::min<decltype(left)>(left, 3'600'000)));
  const int failed = api_.Recognize(&monitor);
  return failed == 0 && !monitor.deadline_exceeded();
}

std::vector<Line> Recognizer::Engine::lines() {
  std::vector<Line> found;
  const std::unique_ptr<tesseract::ResultIterator> it(api_.GetIterator());
  if (!it) return found;
  do {
    const std::unique_ptr<char[]> text(it->GetUTF8Text(tesseract::RIL_TEXTLINE));
    Line line{text ? text.get() : "", 0, 0, 0, 0};
    if (it->BoundingBox(tesseract::RIL_TEXTLINE, &line.left, &line.top, &line.right, &line.bottom))
      found.push_back(std::move(line));
  } while (it->Next(tesseract::RIL_TEXTLINE));
  return found;
}

bool Recognizer::Engine::read_mrz(Clock::time_point deadline, std::string& text) {
  std::vector<Line> zone = lines();
  std::erase_if(zone, [](const Line& line) { return !looks_like_mrz(line.text); });
  if (zone.empty()) return true;
  api_.SetVariable("tessedit_char_whitelist", kMrzAlphabet);
  api_.SetPageSegMode(tesseract::PSM_SINGLE_LINE);
  bool in_time = true;
  for (const Line& line : zone) {
    const int pad = std::max(4, (line.bottom - line.top) / 3);
    const int left = std::max(0, line.left - pad), top = std::max(0, line.top - pad);
    api_.SetRectangle(left, top, line.right + pad - left, line.bottom + pad - top);
    in_time = in_time && recognise(deadline);
    const std::unique_ptr<char[]> read(in_time ? api_.GetUTF8Text() : nullptr);
    if (read) text += tidy_mrz(read.get());
  }
  api_.SetVariable("tessedit_char_whitelist", "");
  return in_time;
}

bool Recognizer::Engine::read_view(Grey view, Clock::time_point deadline, std::string& text, double& confidence_sum,
                                   int& readings) {
  make_light(view);
  const double factor = enlargement(view);
  const PixHandle pix = enlarged(to_pix(view), factor);
  if (!pix) return true;
  api_.SetPageSegMode(tesseract::PSM_AUTO);
  api_.SetImage(pix.get());
  api_.SetSourceResolution(static_cast<int>(kScreenDpi * factor));
  bool in_time = recognise(deadline);
  if (in_time) {
    const std::unique_ptr<char[]> read(api_.GetUTF8Text());
    if (read) text += read.get();
    confidence_sum += std::max(0, api_.MeanTextConf()) / 100.0;
    ++readings;
    in_time = read_mrz(deadline, text);
  }
  api_.Clear();
  return in_time;
}

Recognizer::Recognizer(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
Recognizer::~Recognizer() = default;

std::expected<std::unique_ptr<Recognizer>, std::string> Recognizer::create(const std::string& tessdata) {
  auto engine = std::make_unique<Engine>();
  if (!engine->init(tessdata)) {
    const std::string where = tessdata.empty() ? "Tesseract's data folder" : tessdata;
    return std::unexpected("no text recognition: cannot load eng.traineddata from " + where);
  }
  return std::unique_ptr<Recognizer>(new Recognizer(std::move(engine)));
}

Recognition Recognizer::read(const Pixels& pixels, Clock::time_point deadline) {
  Recognition result;
  double confidence_sum = 0;
  int readings = 0;
  for (Grey& view : readable_views(pixels)) {
    if (!engine_->read_view(std::move(view), deadline, result.text, confidence_sum, readings))
      return {.text = {}, .confidence = 0, .late = true};
  }
  result.confidence = readings > 0 ? confidence_sum / readings : 0;
  return result;
}

}  // namespace signalbox::vision
