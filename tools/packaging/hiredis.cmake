# SPDX-License-Identifier: MIT
# Finds hiredis, whose parser dummycache::remote uses, and makes dummycache::hiredis of it. Read by the build and,
# installed, by find_package(dummycache COMPONENTS remote). Sets dummycache_hiredis_FOUND.
find_path(DUMMYCACHE_HIREDIS_INCLUDE hiredis/hiredis.h)
# The build prefers the static one: the command line then starts faster.
find_library(DUMMYCACHE_HIREDIS_LIBRARY NAMES ${dummycache_hiredis_names} hiredis)
mark_as_advanced(DUMMYCACHE_HIREDIS_INCLUDE DUMMYCACHE_HIREDIS_LIBRARY)

if(DUMMYCACHE_HIREDIS_INCLUDE AND DUMMYCACHE_HIREDIS_LIBRARY)
    set(dummycache_hiredis_FOUND TRUE)
    if(NOT TARGET dummycache::hiredis)
        add_library(dummycache::hiredis UNKNOWN IMPORTED)
        set_target_properties(dummycache::hiredis PROPERTIES IMPORTED_LOCATION ${DUMMYCACHE_HIREDIS_LIBRARY})
        set_target_properties(dummycache::hiredis PROPERTIES
            INTERFACE_INCLUDE_DIRECTORIES ${DUMMYCACHE_HIREDIS_INCLUDE})
    endif()
else()
    set(dummycache_hiredis_FOUND FALSE)
endif()
