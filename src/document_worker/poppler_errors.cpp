#include "document_worker/poppler_errors.h"

#include <Error.h>

#include <string_view>
#include <utility>

namespace signalbox::document_worker {
namespace {

bool failed = false, left_out = false;

bool is_missing_font(std::string_view message) {
  return message.starts_with("Couldn't find a font") || message.starts_with("Couldn't create a font");
}

void note(ErrorCategory category, Goffset /*position*/, const char* message) {
  if (is_missing_font(message)) {
    left_out = true;
  } else if (category == errSyntaxError || category == errUnimplemented || category == errInternal) {
    failed = true;
  }
}

}  // namespace

void watch_poppler_errors() {
  setErrorCallback(note);
}

bool poppler_failed() {
  return std::exchange(failed, false);
}

bool letters_were_left_out() {
  return std::exchange(left_out, false);
}

}  // namespace signalbox::document_worker
