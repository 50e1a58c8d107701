// Letters that look like Latin ones.
//
// Internal to disguise/. Pure; any thread. The first call builds a table (tens of milliseconds).
#pragma once

namespace signalbox::disguise {

// The ASCII letter that this letter of another script (or an unusual Latin one) is drawn like; 0: none.
char latin_look_alike(char32_t c);
// The ASCII letter that this is another form of: full width, mathematical, in a circle; 0: none.
char latin_form(char32_t c);

}  // namespace signalbox::disguise
