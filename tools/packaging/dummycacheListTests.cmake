# SPDX-License-Identifier: MIT
# Read by ctest, for dummycache_discover_tests: makes a test of each case that a Boost.Test executable lists. An
# executable that is not built, fails or has no case is a failing test.
include(${CMAKE_CURRENT_LIST_DIR}/dummycacheTests.cmake)

# Adds the case `path`, such as suite/case.
macro(dummycache_add_case path enabled)
    string(REPLACE "/" "." dummycache_test "${dummycache_prefix}${path}")
    dummycache_worker_of("${dummycache_folder}" "${dummycache_test}" dummycache_worker)
    add_test("${dummycache_test}" "${dummycache_executable}" "--run_test=${path}" --color_output=no ${dummycache_arguments})
    set_tests_properties("${dummycache_test}" PROPERTIES WORKING_DIRECTORY "${dummycache_folder}"
        ENVIRONMENT_MODIFICATION "DUMMYCACHE_WORKER=set:${dummycache_worker}"
        ${dummycache_properties})
    if("${enabled}" STREQUAL "no")
        set_tests_properties("${dummycache_test}" PROPERTIES DISABLED TRUE)
    endif()
    math(EXPR dummycache_count "${dummycache_count} + 1")
endmacro()

set(dummycache_content "")
if(EXISTS "${dummycache_executable}")
    execute_process(COMMAND "${dummycache_executable}" --list_content=HRF --color_output=no
        WORKING_DIRECTORY "${dummycache_folder}" OUTPUT_VARIABLE dummycache_content
        ERROR_VARIABLE dummycache_more RESULT_VARIABLE dummycache_result)
    string(APPEND dummycache_content "${dummycache_more}")
    if(NOT dummycache_result EQUAL 0)
        set(dummycache_content "")
    endif()
endif()
# Brackets and semicolons, as in a description, mean something in lists.
string(REGEX REPLACE "[][;]" "_" dummycache_content "${dummycache_content}")
string(REPLACE "\n" ";" dummycache_lines "${dummycache_content}")

# Four blanks a level; a star behind the name of what runs; ": " and a description. What nothing lies below is a case.
set(dummycache_count 0)
set(dummycache_depth -1)
set(dummycache_path "")
foreach(dummycache_line IN LISTS dummycache_lines ITEMS "")
    if(NOT dummycache_line MATCHES "^( *)([^ ].*)$" AND NOT dummycache_line STREQUAL "")
        continue()
    endif()
    set(dummycache_blanks "${CMAKE_MATCH_1}")
    set(dummycache_name "${CMAKE_MATCH_2}")
    set(dummycache_now 0)
    if(NOT dummycache_line STREQUAL "")
        string(LENGTH "${dummycache_blanks}" dummycache_now)
        math(EXPR dummycache_now "${dummycache_now} / 4")
    endif()
    if(dummycache_depth GREATER_EQUAL 0 AND dummycache_now LESS_EQUAL dummycache_depth)
        string(REPLACE ";" "/" dummycache_case "${dummycache_path}")
        dummycache_add_case("${dummycache_case}" ${dummycache_enabled})
    endif()
    if(dummycache_line STREQUAL "")
        set(dummycache_depth -1)
        continue()
    endif()
    string(REGEX REPLACE ": .*$" "" dummycache_name "${dummycache_name}")
    set(dummycache_enabled no)
    if(dummycache_name MATCHES "^(.*)\\*$")
        set(dummycache_name "${CMAKE_MATCH_1}")
        set(dummycache_enabled yes)
    endif()
    list(SUBLIST dummycache_path 0 ${dummycache_now} dummycache_path)
    list(APPEND dummycache_path "${dummycache_name}")
    set(dummycache_depth ${dummycache_now})
endforeach()

if(dummycache_count EQUAL 0)
    add_test("${dummycache_prefix}cannot_list_its_cases" "${CMAKE_COMMAND}" -E false)
endif()
