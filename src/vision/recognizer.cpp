// How a picture is read:
//   1. each view of it (grey.h) is made light, and enlarged when it is small: screenshots hold letters of 8 to 14
//   pixels
//      and the network was trained on about 30;
//   2. Tesseract finds the layout and reads the lines;
//   3. some lines are read once more (second_reading.h). Those that look like a machine-readable zone, with only its
//      alphabet allowed, since a general model turns runs of '<' into letters. Those that hold a key, as a strip of the
//      whole width at another magnification: of 33 rendered AWS keys the first reading lets a regular expression find
//      88 %, both together all, for a quarter more time; cutting out the word alone, or one large magnification, was
//      worse. Both readings are kept: the second one can only add evidence.
#include "vision/recognizer.h"

#include <allheaders.h>
#include <dlfcn.h>
#include <tesseract/baseapi.h>
#include <tesseract/ocrclass.h>
#include <tesseract/resultiterator.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <string_view>
#include <vector>

#include "vision/grey.h"
#include "vision/second_reading.h"

namespace signalbox::vision {

using imaging::Pixels;
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kEnlargedPixels = 4.0e6;      // enlarge up to this area,
constexpr double kMaxEnlargement = 2;          // and up to this factor
constexpr double kSecondMagnification = 0.75;  // of the first one
constexpr std::size_t kMaxSecondReadings = 16;
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

// Tesseract opens an OpenMP team of four for every line, whatever its caller is, and they spin: on a busy machine a
// reading took ten times as long. OMP_THREAD_LIMIT would help only from before the process started; this helps now. The
// function is looked up because the OpenMP runtime comes with Tesseract, if at all, and is none of our dependencies.
void read_with_one_thread() {
  using SetLevels = void (*)(int);
  if (auto* set = reinterpret_cast<SetLevels>(::dlsym(RTLD_DEFAULT, "omp_set_max_active_levels"))) set(0);
}

struct Line {
  std::string text;
  int left, top, right, bottom;
};

struct SecondReadings {
  std::vector<Line> zone, keys;
};

SecondReadings lines_to_reread(std::vector<Line> lines) {
  SecondReadings chosen;
  for (Line& line : lines) {
    if (chosen.zone.size() + chosen.keys.size() == kMaxSecondReadings) break;
    if (looks_like_mrz(line.text)) {
      chosen.zone.push_back(std::move(line));
    } else if (holds_dense_word(line.text)) {
      chosen.keys.push_back(std::move(line));
    }
  }
  return chosen;
}

// The rows from `top` to `bottom` with some room, over the whole width.
PixHandle strip_of(Pix* pix, double top, double bottom) {
  const int room = std::max(4, static_cast<int>((bottom - top) / 3));
  const int first = std::max(0, static_cast<int>(top) - room);
  const int last = std::min(static_cast<int>(pixGetHeight(pix)), static_cast<int>(bottom) + 1 + room);
  BOX* box = boxCreate(0, first, pixGetWidth(pix), last - first);
  PixHandle strip(pixClipRectangle(pix, box, nullptr));
  boxDestroy(&box);
  return strip;
}

// What one view gave. `late`: the deadline passed, and nothing counts.
struct Reading {
  std::string text;
  double confidence = 0;
  bool late = false;
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
  Reading read(Grey view, Clock::time_point deadline);

 private:
  bool recognise(Clock::time_point deadline);
  bool append_text(Clock::time_point deadline, std::string& text);
  std::vector<Line> lines();
  bool read_zone(const std::vector<Line>& lines, Clock::time_point deadline, std::string& text);
  bool read_strips(const std::vector<Line>& lines, Pix* original, double factor, Clock::time_point deadline,
                   std::string& text);

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

bool Recognizer::Engine::append_text(Clock::time_point deadline, std::string& text) {
  if (!recognise(deadline)) return false;
  const std::unique_ptr<char[]> read(api_.GetUTF8Text());
  if (read) text += read.get();
  return true;
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

// Expects the view to be set.
bool Recognizer::Engine::read_zone(const std::vector<Line>& lines, Clock::time_point deadline, std::string& text) {
  api_.SetVariable("tessedit_char_whitelist", kMrzAlphabet);
  api_.SetPageSegMode(tesseract::PSM_SINGLE_LINE);
  bool in_time = true;
  for (const Line& line : lines) {
    const int pad = std::max(4, (line.bottom - line.top) / 3);
    const int left = std::max(0, line.left - pad), top = std::max(0, line.top - pad);
    api_.SetRectangle(left, top, line.right + pad - left, line.bottom + pad - top);
    std::string zone;
    in_time = in_time && append_text(deadline, zone);
    text += tidy_mrz(zone);
  }
  api_.SetVariable("tessedit_char_whitelist", "");
  return in_time;
}

// The lines' places are those of `original` enlarged by `factor`.
bool Recognizer::Engine::read_strips(const std::vector<Line>& lines, Pix* original, double factor,
                                     Clock::time_point deadline, std::string& text) {
  const double again = factor * kSecondMagnification;
  api_.SetPageSegMode(tesseract::PSM_SINGLE_LINE);
  for (const Line& line : lines) {
    const PixHandle strip = enlarged(strip_of(original, line.top / factor, line.bottom / factor), again);
    if (!strip) continue;
    api_.SetImage(strip.get());
    api_.SetSourceResolution(static_cast<int>(kScreenDpi * again));
    if (!append_text(deadline, text)) return false;
  }
  return true;
}

Reading Recognizer::Engine::read(Grey view, Clock::time_point deadline) {
  Reading reading;
  make_light(view);
  const double factor = enlargement(view);
  const PixHandle original = to_pix(view);
  const PixHandle pix = enlarged(original ? PixHandle(pixClone(original.get())) : nullptr, factor);
  if (!pix) throw std::bad_alloc();
  api_.SetPageSegMode(tesseract::PSM_AUTO);
  api_.SetImage(pix.get());
  api_.SetSourceResolution(static_cast<int>(kScreenDpi * factor));
  reading.late = !append_text(deadline, reading.text);
  if (!reading.late) {
    reading.confidence = std::clamp(api_.MeanTextConf() / 100.0, 0.0, 1.0);
    const auto [zone, keys] = lines_to_reread(lines());
    reading.late =
        !read_zone(zone, deadline, reading.text) || !read_strips(keys, original.get(), factor, deadline, reading.text);
  }
  api_.Clear();
  return reading;
}

Recognizer::Recognizer(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
Recognizer::~Recognizer() = default;

std::expected<std::unique_ptr<Recognizer>, std::string> Recognizer::create(const std::string& tessdata) {
  read_with_one_thread();
  auto engine = std::make_unique<Engine>();
  if (!engine->init(tessdata)) {
    const std::string where = tessdata.empty() ? "Tesseract's data folder" : tessdata;
    return std::unexpected("no text recognition: cannot load eng.traineddata from " + where);
  }
  return std::unique_ptr<Recognizer>(new Recognizer(std::move(engine)));
}

Recognition Recognizer::read(const Pixels& pixels, Clock::time_point deadline) {
  Recognition result;
  std::vector<Grey> views = readable_views(pixels);
  for (Grey& view : views) {
    Reading reading = engine_->read(std::move(view), deadline);
    if (reading.late) return {.text = {}, .confidence = 0, .late = true};
    result.text += reading.text;
    result.confidence += reading.confidence / static_cast<double>(views.size());
  }
  return result;
}

}  // namespace signalbox::vision
