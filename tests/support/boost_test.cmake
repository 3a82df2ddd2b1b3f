# SPDX-License-Identifier: MIT
# dummycache_boost_test(NAME LABEL label SECONDS limit SOURCES... LIBRARIES... [LONGEST suites...]): an executable
# whose Boost.Test suites become one ctest each. LONGEST names the suites that take long, the longest first: ctest
# starts them before the others, so that no core waits for the last one.

# A static library, of which the linker takes what a test uses: a test of ipc alone needs nothing above
# ipc, and a test with a main function of its own does not get the one of main.cpp.
file(GLOB support CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.cpp ${CMAKE_CURRENT_LIST_DIR}/*.hpp)
add_library(dummycache_test_support STATIC ${support})
target_compile_definitions(dummycache_test_support PUBLIC BOOST_TEST_DYN_LINK)
target_include_directories(dummycache_test_support
    PUBLIC ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/tests PRIVATE ${PROJECT_SOURCE_DIR}/store/include)
target_link_libraries(dummycache_test_support
    PUBLIC dummycache_settings Boost::headers Boost::unit_test_framework Threads::Threads)

# Boost.Test's headers and macros are most of what there is to compile, and the code under test is optimised in its
# own targets. The headers are precompiled here, once for all executables: so all have the same options.
set(test_options -O0 -g1)
target_compile_options(dummycache_test_support PRIVATE ${test_options})
target_precompile_headers(dummycache_test_support PRIVATE <boost/test/unit_test.hpp> <boost/test/data/test_case.hpp>
    <algorithm> <array> <atomic> <chrono> <filesystem> <functional> <iostream> <map> <memory> <optional> <set> <string>
    <thread> <vector>)
# In main.cpp Boost.Test's header is to define main(). The other two are most of what the tests themselves compute.
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/main.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/checked_value.cpp ${CMAKE_CURRENT_LIST_DIR}/random.cpp
    PROPERTIES COMPILE_OPTIONS -O2 SKIP_PRECOMPILE_HEADERS ON)

set(support_dir ${CMAKE_CURRENT_LIST_DIR})

function(dummycache_boost_test name)
    cmake_parse_arguments(arg "" "LABEL;SECONDS" "SOURCES;LIBRARIES;LONGEST" ${ARGN})
    if(NOT arg_SOURCES)
        return()
    endif()
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE dummycache_test_support ${arg_LIBRARIES})
    target_compile_options(${name} PRIVATE ${test_options})
    target_precompile_headers(${name} REUSE_FROM dummycache_test_support)
    set(suites ${CMAKE_CURRENT_BINARY_DIR}/${name}_suites.cmake)
    file(GENERATE OUTPUT ${suites} CONTENT
"set(name ${name})
set(executable \"$<TARGET_FILE:${name}>\")
set(label ${arg_LABEL})
set(seconds ${arg_SECONDS})
set(longest \"${arg_LONGEST}\")
include(\"${support_dir}/list_suites.cmake\")
")
    set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${suites})
endfunction()
