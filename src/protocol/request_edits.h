// What the router wants changed in a request, as splices: each helper asks for one intent and touches only the bytes
// that it must.
//
// All take the Request that `splice` was made from. They may be combined freely on one Splice, but each at most once
// per request unless it says otherwise. Not thread-safe, as Splice is not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/splice.h"

namespace signalbox::protocol {

void set_model(Splice& splice, std::string_view model);

enum class SystemPromptMode : std::uint8_t {
  replace,  // the first system message's content becomes the prompt
  insert,   // the prompt and an empty line come before the existing system text
};
// Without a system message both put one in front. A developer message counts as the system message.
void set_system_prompt(const Request& request, Splice& splice, std::string_view prompt, SystemPromptMode mode);

// Removes tools, functions, tool_choice, function_call and parallel_tool_calls.
void drop_all_tools(Splice& splice);
// Keeps request.tools[i] where keep[i]. None left: as drop_all_tools. A choice that names a removed tool goes, too.
void filter_tools(const Request& request, Splice& splice, const std::vector<bool>& keep);
// Removes messages of role tool and function, assistant's tool_calls and function_call, and assistant messages that
// hold nothing else. False, and nothing is changed, when no message would be left.
bool strip_tool_history(const Request& request, Splice& splice);

// As Splice::set_path, the path written with dots: "chat_template_kwargs.enable_thinking". May be called often.
void set_nested_member(Splice& splice, std::string_view dotted_path, std::string json);
// Lowers an integer member that is above `limit`; a member that is absent, null or lower stays. May be called often.
void cap_integer(const Request& request, Splice& splice, std::string_view key, std::int64_t limit);
// Asks for the usage chunk of a stream, keeping other stream_options. No effect on a request that does not stream.
void ensure_include_usage(const Request& request, Splice& splice);

}  // namespace signalbox::protocol
