# SPDX-License-Identifier: MIT
# For tests under `ctest -j`: CTest tells a test no id of a worker, so tests that open "NAME-%w" would share one cache.
# Here each test gets the id of a worker of its own, and each run of ctest an id of its own for %r.
#
#   dummycache_discover_tests(TARGET [PREFIX prefix] [ARGUMENTS argument...] [PROPERTIES name value...])
#       makes a test of each case of an executable of Boost.Test; ctest asks the executable for them. The names of the
#       tests begin with the prefix (TARGET and a dot). No value of a property may be a list.
#   dummycache_separate_tests([TEST...])
#       does so for tests made by add_test; without TEST, for all of this directory, later ones too.
#
# The worker's id is in the property ENVIRONMENT_MODIFICATION. DUMMYCACHE_RUN keeps the value that ctest is given.
set(dummycache_list_tests ${CMAKE_CURRENT_LIST_DIR}/dummycacheListTests.cmake)

# The worker of a test of this folder of a build: the caches of two builds are apart too.
function(dummycache_worker_of folder test result)
    string(REGEX REPLACE "[^A-Za-z0-9_-]" "_" worker "${test}")
    string(SUBSTRING "${worker}" 0 60 worker)
    string(MD5 number "${folder} ${test}")
    string(SUBSTRING ${number} 0 8 number)
    set(${result} ${worker}-${number} PARENT_SCOPE)
endfunction()

# ctest reads the file when it begins.
function(dummycache_name_each_run)
    set(file ${CMAKE_CURRENT_BINARY_DIR}/dummycache_run.cmake)
    file(WRITE ${file} "if(\"\$ENV{DUMMYCACHE_RUN}\" STREQUAL \"\")
    string(RANDOM LENGTH 10 dummycache_run)
    set(ENV{DUMMYCACHE_RUN} \${dummycache_run})
endif()
")
    get_property(included DIRECTORY PROPERTY TEST_INCLUDE_FILES)
    if(NOT file IN_LIST included)
        set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${file})
    endif()
endfunction()

function(dummycache_separate_tests_now)
    foreach(test IN LISTS ARGN)
        dummycache_worker_of("${CMAKE_CURRENT_BINARY_DIR}" "${test}" worker)
        set_property(TEST "${test}" APPEND PROPERTY ENVIRONMENT_MODIFICATION "DUMMYCACHE_WORKER=set:${worker}")
    endforeach()
endfunction()

function(dummycache_separate_all_tests)
    get_property(tests DIRECTORY PROPERTY TESTS)
    dummycache_separate_tests_now(${tests})
endfunction()

function(dummycache_separate_tests)
    dummycache_name_each_run()
    if(ARGC EQUAL 0)
        cmake_language(DEFER CALL dummycache_separate_all_tests)
    else()
        dummycache_separate_tests_now(${ARGN})
    endif()
endfunction()

function(dummycache_discover_tests target)
    cmake_parse_arguments(arg "" "PREFIX" "ARGUMENTS;PROPERTIES" ${ARGN})
    if(NOT TARGET ${target} OR arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "dummycache_discover_tests(TARGET [PREFIX prefix] [ARGUMENTS argument...] "
            "[PROPERTIES name value...]): wrong are '${target}' or '${arg_UNPARSED_ARGUMENTS}'")
    endif()
    if(NOT DEFINED arg_PREFIX)
        set(arg_PREFIX "${target}.")
    endif()
    dummycache_name_each_run()
    set(file ${CMAKE_CURRENT_BINARY_DIR}/${target}_dummycache_tests)
    get_property(has_configurations GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
    set(configuration "")
    if(has_configurations)
        set(configuration "-$<CONFIG>")
        file(WRITE ${file}.cmake "include(\"${file}-\${CTEST_CONFIGURATION_TYPE}.cmake\" OPTIONAL)\n")
    endif()
    file(GENERATE OUTPUT ${file}${configuration}.cmake CONTENT
"set(dummycache_executable [==[$<TARGET_FILE:${target}>]==])
set(dummycache_folder [==[${CMAKE_CURRENT_BINARY_DIR}]==])
set(dummycache_prefix [==[${arg_PREFIX}]==])
set(dummycache_arguments [==[${arg_ARGUMENTS}]==])
set(dummycache_properties [==[${arg_PROPERTIES}]==])
include([==[${dummycache_list_tests}]==])
")
    set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${file}.cmake)
endfunction()
