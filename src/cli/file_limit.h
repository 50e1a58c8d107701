// How many files and sockets this process may open.
#pragma once

namespace signalbox::cli {

// Raises the soft limit to the hard one: the usual soft limit of 1,024 is for programs that use select(2), and would
// end a gateway at some 500 streams. Without effect where it is not allowed.
void raise_file_limit();

}  // namespace signalbox::cli
