#include "evidence/image_content.h"

namespace signalbox::evidence {

digest::Sha256 content_of(const Image& image) {
  return digest::Sha256Stream()
      .update(image.media_type)
      .update(std::string_view("\0", 1))
      .update(image.base64)
      .finish();
}

}  // namespace signalbox::evidence
