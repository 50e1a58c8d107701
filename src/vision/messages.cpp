#include "vision/messages.h"

#include <cmath>
#include <cstring>
#include <type_traits>

#include "vision/utf8.h"

namespace signalbox::vision {

using evidence::Box;
using evidence::ImageText;
using evidence::TextLine;
using imaging::Filter;
using imaging::ImageGeometry;
namespace {

class Writer {
 public:
  template <typename T>
    requires std::is_trivially_copyable_v<T>
  Writer& number(const T& value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  Writer& text(std::string_view value) {
    number(static_cast<std::uint32_t>(value.size()));
    bytes_ += value;
    return *this;
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads what Writer wrote; after the first shortage everything is zero and done() is false.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  template <typename T>
    requires std::is_arithmetic_v<T>
  T number() {
    T value{};
    if (const std::string_view raw = take(sizeof value); !raw.empty()) std::memcpy(&value, raw.data(), sizeof value);
    return value;
  }
  std::string text() { return std::string(take(number<std::uint32_t>())); }
  bool done() const { return good_ && rest_.empty(); }

 private:
  std::string_view take(std::size_t size) {
    good_ = good_ && size <= rest_.size();
    if (!good_) return {};
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  std::string_view rest_;
  bool good_ = true;
};

void write(Writer& writer, const ImageGeometry& geometry) {
  writer.number(static_cast<std::uint8_t>(geometry.resize))
      .number(static_cast<std::uint8_t>(geometry.filter))
      .number(geometry.resize_width)
      .number(geometry.resize_height)
      .number(geometry.width)
      .number(geometry.height);
}

// Enums out of their range leave the geometry unsound.
ImageGeometry read_geometry(Reader& reader) {
  ImageGeometry geometry;
  const auto resize = reader.number<std::uint8_t>(), filter = reader.number<std::uint8_t>();
  geometry.resize = static_cast<ImageGeometry::Resize>(resize);
  geometry.filter = static_cast<Filter>(filter);
  geometry.resize_width = reader.number<std::uint32_t>();
  geometry.resize_height = reader.number<std::uint32_t>();
  geometry.width = reader.number<std::uint32_t>();
  geometry.height = reader.number<std::uint32_t>();
  return geometry;
}

// More languages than anyone has data of.
constexpr std::uint32_t kMaxLanguages = 256;

void write(Writer& writer, const RecognizerOptions& options) {
  writer.text(options.tessdata).number(options.min_confidence);
  writer.number(static_cast<std::uint32_t>(options.languages.size()));
  for (const std::string& language : options.languages) writer.text(language);
}

// False if it makes no sense.
bool read_options(Reader& reader, RecognizerOptions& options) {
  options.tessdata = reader.text();
  options.min_confidence = reader.number<double>();
  const auto languages = reader.number<std::uint32_t>();
  if (languages > kMaxLanguages) return false;
  options.languages.clear();
  for (std::uint32_t i = 0; i < languages; ++i) options.languages.push_back(reader.text());
  return true;
}

void write(Writer& writer, const std::vector<TextLine>& lines) {
  writer.number(static_cast<std::uint32_t>(lines.size()));
  for (const TextLine& line : lines) {
    writer.number(line.begin).number(line.end).number(line.confidence);
    writer.number(line.box.left).number(line.box.top).number(line.box.width).number(line.box.height);
  }
}

TextLine read_line(Reader& reader) {
  TextLine line;
  line.begin = reader.number<std::uint32_t>();
  line.end = reader.number<std::uint32_t>();
  line.confidence = reader.number<float>();
  line.box.left = reader.number<std::uint32_t>();
  line.box.top = reader.number<std::uint32_t>();
  line.box.width = reader.number<std::uint32_t>();
  line.box.height = reader.number<std::uint32_t>();
  return line;
}

bool starts_character(std::string_view text, std::size_t at) {
  return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xc0) != 0x80;
}

bool is_share(double value) {
  return std::isfinite(value) && value >= 0 && value <= 1;
}

// A range of whole characters behind the line before it, on the picture.
bool is_sound(const TextLine& line, std::size_t after, const ImageText& result) {
  const Box& box = line.box;
  return line.begin >= after && line.begin < line.end && line.end <= result.text.size() &&
         starts_character(result.text, line.begin) && starts_character(result.text, line.end) &&
         is_share(line.confidence) && box.left <= result.width && box.width <= result.width - box.left &&
         box.top <= result.height && box.height <= result.height - box.top;
}

// Every byte that is no newline has a place, or what is found there could not be shown.
bool covers(const std::vector<TextLine>& lines, std::string_view text) {
  std::size_t at = 0;
  for (const TextLine& line : lines) {
    if (text.substr(at, line.begin - at).find_first_not_of('\n') != std::string_view::npos) return false;
    at = line.end;
  }
  return text.substr(at).find_first_not_of('\n') == std::string_view::npos;
}

// False if they make no sense. Bounded by the text: a line has a byte of it.
bool read_lines(Reader& reader, ImageText& result, Places places) {
  const auto count = reader.number<std::uint32_t>();
  if (places == Places::none) return count == 0;
  if (count > result.text.size()) return false;
  std::size_t after = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const TextLine line = read_line(reader);
    if (!is_sound(line, after, result)) return false;
    after = line.end;
    result.lines.push_back(line);
  }
  return covers(result.lines, result.text);
}

enum class Wanted : std::uint8_t { text, whole_picture, fitted };

void write(Writer& writer, const std::optional<PixelTask>& pixels) {
  if (!pixels) {
    writer.number(Wanted::text);
    return;
  }
  writer.number(pixels->wanted ? Wanted::fitted : Wanted::whole_picture).number(pixels->room);
  if (pixels->wanted) write(writer, *pixels->wanted);
}

// False if it makes no sense.
bool read_pixel_task(Reader& reader, std::optional<PixelTask>& pixels) {
  const auto wanted = reader.number<std::uint8_t>();
  if (wanted == static_cast<std::uint8_t>(Wanted::text)) return true;
  pixels = PixelTask{.wanted = std::nullopt, .room = reader.number<std::uint64_t>()};
  if (wanted == static_cast<std::uint8_t>(Wanted::whole_picture)) return true;
  pixels->wanted = read_geometry(reader);
  return wanted == static_cast<std::uint8_t>(Wanted::fitted) && is_sound(*pixels->wanted);
}

}  // namespace

std::string encode(const Setup& setup) {
  Writer writer;
  writer.number(setup.limits.bytes)
      .number(setup.limits.side)
      .number(setup.limits.pixels)
      .number(setup.limits.frames)
      .number(setup.memory_bytes)
      .number(static_cast<std::int64_t>(setup.reading_time.count()));
  write(writer, setup.recognition);
  return writer.take();
}

std::optional<Setup> decode_setup(std::string_view body) {
  Reader reader(body);
  Setup setup;
  setup.limits.bytes = reader.number<std::uint64_t>();
  setup.limits.side = reader.number<std::uint32_t>();
  setup.limits.pixels = reader.number<std::uint64_t>();
  setup.limits.frames = reader.number<std::uint32_t>();
  setup.memory_bytes = reader.number<std::uint64_t>();
  setup.reading_time = std::chrono::milliseconds(reader.number<std::int64_t>());
  const bool sound = read_options(reader, setup.recognition);
  return sound && reader.done() ? std::optional(std::move(setup)) : std::nullopt;
}

std::string encode(const Ready& ready) {
  return Writer().number(std::uint8_t{ready.confined}).number(std::uint8_t{ready.has_ocr}).text(ready.detail).take();
}

std::optional<Ready> decode_ready(std::string_view body) {
  Reader reader(body);
  Ready ready;
  ready.confined = reader.number<std::uint8_t>() == 1;
  ready.has_ocr = reader.number<std::uint8_t>() == 1;
  ready.detail = reader.text();
  return reader.done() ? std::optional(std::move(ready)) : std::nullopt;
}

std::string encode(const Task& task) {
  const std::int64_t deadline = task.deadline.time_since_epoch().count();
  Writer writer;
  writer.number(task.bytes).number(deadline).text(task.media_type);
  write(writer, task.pixels);
  return writer.take();
}

std::optional<Task> decode_task(std::string_view body) {
  using Clock = std::chrono::steady_clock;
  Reader reader(body);
  Task task;
  task.bytes = reader.number<std::uint64_t>();
  task.deadline = Clock::time_point(Clock::duration(reader.number<std::int64_t>()));
  task.media_type = reader.text();
  const bool sound = read_pixel_task(reader, task.pixels);
  return sound && reader.done() ? std::optional(std::move(task)) : std::nullopt;
}

std::string encode(const ImageText& result) {
  Writer writer;
  writer.number(static_cast<std::uint8_t>(result.unjudged))
      .number(result.confidence)
      .number(result.width)
      .number(result.height)
      .text(result.text)
      .text(result.detail);
  write(writer, result.lines);
  return writer.take();
}

std::optional<ImageText> decode_result(std::string_view body, Places places) {
  Reader reader(body);
  ImageText result;
  const auto unjudged = reader.number<std::uint8_t>();
  result.confidence = reader.number<double>();
  result.width = reader.number<std::uint32_t>();
  result.height = reader.number<std::uint32_t>();
  result.text = reader.text();
  result.detail = reader.text();
  const bool sound = read_lines(reader, result, places) && reader.done() && is_share(result.confidence) &&
                     unjudged <= static_cast<std::uint8_t>(evidence::Unjudged::untrusted_model) &&
                     is_utf8(result.text) && is_utf8(result.detail);
  if (!sound) return std::nullopt;
  result.unjudged = static_cast<evidence::Unjudged>(unjudged);
  return result;
}

}  // namespace signalbox::vision
