// What an image is remembered by across requests.
//
// Pure; any thread.
#pragma once

#include "digest/sha256.h"
#include "evidence/evidence.h"

namespace signalbox::evidence {

// Of the declared type and the payload as it was sent. The type belongs to it: the same bytes under another one are an
// error, not the same picture.
digest::Sha256 content_of(const Image& image);

}  // namespace signalbox::evidence
