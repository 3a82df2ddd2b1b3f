# SPDX-License-Identifier: MIT
# Read by ctest: asks a Boost.Test executable for its suites and makes each a test. An executable that
# is not built, fails, or has no suite is a failing test.
set(suites "")
if(EXISTS "${executable}")
    execute_process(COMMAND "${executable}" --list_content=HRF --color_output=no
        OUTPUT_VARIABLE content ERROR_VARIABLE content_too RESULT_VARIABLE result)
    if(result EQUAL 0)
        string(REGEX MATCHALL "(^|\n)[A-Za-z0-9_]+" suites "${content}${content_too}")
        string(REPLACE "\n" "" suites "${suites}")
    endif()
endif()

set(labels ${label})
if(label STREQUAL "unit")
    list(APPEND labels quick)
endif()

if(NOT suites)
    add_test(${name}.cannot_list_its_suites "${CMAKE_COMMAND}" -E false)
    set_tests_properties(${name}.cannot_list_its_suites PROPERTIES LABELS "${labels}")
endif()
foreach(suite IN LISTS suites)
    add_test(${label}.${suite} "${executable}" --run_test=${suite} --color_output=no)
    set_tests_properties(${label}.${suite} PROPERTIES LABELS "${labels}" TIMEOUT ${seconds})
endforeach()

# With a cost they start before all tests that have none.
set(cost 100)
foreach(suite IN LISTS longest)
    list(FIND suites ${suite} at)
    if(NOT at EQUAL -1)
        set_tests_properties(${label}.${suite} PROPERTIES COST ${cost})
    endif()
    math(EXPR cost "${cost} - 1")
endforeach()
