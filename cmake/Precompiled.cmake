# Headers that most files read, parsed once a build.
#
# Off by default: each file must compile with what it includes itself, which a precompiled header would hide. On
# (-DSIGNALBOX_PCH=ON) a sanitizer build takes about a quarter less time.
#
# signalbox_use_precompiled(<target> common|tests|computing) gives a target pch/<name>.pch, made of the headers in
# cmake/precompiled/. CMake's own target_precompile_headers() names the build folder on every command line, so that ccache
# would miss in every other checkout. Here the path is relative to the build folder, and beside the file lies a checksum of
# what it was made of (.sum), which ccache takes for its content (CCACHE_PCH_EXTSUM).
option(SIGNALBOX_PCH "Parse common headers once a build" OFF)
if(NOT SIGNALBOX_PCH)
  function(signalbox_use_precompiled target name)
  endfunction()
  return()
endif()

if(SIGNALBOX_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_PCH_EXTSUM=1 CCACHE_SLOPPINESS=pch_defines,time_macros
                                  ${SIGNALBOX_CCACHE})
endif()
# A language option to clang: it must be the same for the header and for whoever uses it.
add_compile_options(-pthread)

# precompile(<name> <header> <FLAGS AND DEFINITIONS of the targets that use it>...)
function(precompile name header)
  string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
  separate_arguments(flags UNIX_COMMAND "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${type}}")
  get_directory_property(options COMPILE_OPTIONS)
  get_directory_property(definitions COMPILE_DEFINITIONS)
  list(TRANSFORM definitions PREPEND -D)
  set(folder ${CMAKE_SOURCE_DIR}/cmake/precompiled)
  set(compile ${CMAKE_CXX_COMPILER} ${flags} ${options} ${definitions} ${ARGN} -std=c++2b -x c++-header ${folder}/${header})
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/pch)
  add_custom_command(
    OUTPUT pch/${name}.pch pch/${name}.pch.sum
    COMMAND ${compile} -Xclang -fno-pch-timestamp -fpch-instantiate-templates -MD -MF pch/${name}.d -MT pch/${name}.pch
            -o pch/${name}.pch
    COMMAND sh ${folder}/sum.sh pch/${name}.pch.sum ${compile}
    DEPENDS ${folder}/sum.sh ${folder}/${header}
    DEPFILE pch/${name}.d
    WORKING_DIRECTORY ${CMAKE_BINARY_DIR}
    COMMENT "Precompiling ${header} for ${name}"
    VERBATIM)
  add_custom_target(precompiled_${name} DEPENDS pch/${name}.pch)
endfunction()

precompile(common common.h -DFMT_SHARED)
precompile(tests tests.h -DFMT_SHARED -DGTEST_HAS_PTHREAD=1)
precompile(computing common.h ${SIGNALBOX_COMPUTING} -DFMT_SHARED)

function(signalbox_use_precompiled target name)
  target_compile_options(${target} PRIVATE "SHELL:-include-pch pch/${name}.pch")
  add_dependencies(${target} precompiled_${name})
endfunction()
