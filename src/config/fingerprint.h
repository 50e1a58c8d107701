// A short hash of a document's contents, independent of formatting and comments.
#pragma once

#include <string>

#include "config/node.h"

namespace signalbox::config {

// FNV-1a (64 bit) over keys, kinds and scalars in document order; 16 hexadecimal digits. Tells configurations apart in
// logs and responses; not a security measure.
std::string fingerprint(const Node& node);

}  // namespace signalbox::config
