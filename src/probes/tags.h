// Groups of tags: what min_tag_counts and min_tag_pass_rate count.
//
// Pure; any thread.
#pragma once

#include <string>
#include <vector>

namespace signalbox::probes {

// The tags and the groups they belong to, each once, sorted. `language:zh` belongs to language, `stress:long-input` to
// stress, `shape:tools` to shape and tools; a bare language code (`zh`) to language, as VSR's own files use it.
std::vector<std::string> tags_with_groups(const std::vector<std::string>& tags);

}  // namespace signalbox::probes
