# Flags for our own code. Third-party headers are SYSTEM includes, so warnings-as-errors never hit them.
find_program(SIGNALBOX_CCACHE ccache)
if(SIGNALBOX_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${SIGNALBOX_CCACHE})
endif()

add_compile_options(-Wall -Wextra -Wshadow -Wconversion -Wnon-virtual-dtor -Werror -fno-omit-frame-pointer)
# Relative paths in debug info and __FILE__: builds are reproducible and ccache hits across checkouts.
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
# Only libraries that are called: pkg-config names some for tesseract (libcurl, libarchive) whose exact kind depends on the machine that
# builds, and the binary would then not start on another one.
add_link_options(-fuse-ld=lld-19 -Wl,--as-needed)
add_compile_definitions(_GLIBCXX_ASSERTIONS)

if(SIGNALBOX_SANITIZE)
  add_compile_options(-fsanitize=${SIGNALBOX_SANITIZE} -fno-sanitize-recover=all -O0 -g1)
  # For libraries that compute. To optimise the others, too, takes longer than it saves; but fuzzers and tests of threads run for long.
  set(SIGNALBOX_COMPUTING -O1)
  if(SIGNALBOX_FUZZ OR SIGNALBOX_SANITIZE STREQUAL "thread")
    add_compile_options(${SIGNALBOX_COMPUTING})
  endif()
  add_link_options(-fsanitize=${SIGNALBOX_SANITIZE})
endif()
if(SIGNALBOX_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
