# SPDX-License-Identifier: MIT
# What `cmake --install` puts where. Nothing in it names the build machine.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/dummycache)

install(TARGETS dummycache dummycache_static EXPORT dummycacheTargets FILE_SET HEADERS)
install(EXPORT dummycacheTargets NAMESPACE dummycache:: DESTINATION ${package_dir})

if(TARGET dummycache_remote)
    install(TARGETS dummycache_remote EXPORT dummycacheRemoteTargets FILE_SET HEADERS)
    install(EXPORT dummycacheRemoteTargets NAMESPACE dummycache:: DESTINATION ${package_dir})
    install(FILES ${CMAKE_CURRENT_LIST_DIR}/hiredis.cmake DESTINATION ${package_dir})
endif()

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/dummycacheConfig.cmake.in
    ${PROJECT_BINARY_DIR}/dummycacheConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/dummycacheConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/dummycacheConfig.cmake ${PROJECT_BINARY_DIR}/dummycacheConfigVersion.cmake
    ${CMAKE_CURRENT_LIST_DIR}/dummycacheTests.cmake ${CMAKE_CURRENT_LIST_DIR}/dummycacheListTests.cmake
    DESTINATION ${package_dir})

# pkg-config finds the prefix from the place of the .pc file: as many steps up as its folder is deep.
string(REGEX REPLACE "[^/]+" ".." pc_to_prefix ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
configure_file(${CMAKE_CURRENT_LIST_DIR}/dummycache.pc.in ${PROJECT_BINARY_DIR}/dummycache.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/dummycache.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# The pages, and the headers that they lead to, lie beside one another as in the sources: their links work.
file(GLOB documents CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/tools/guide/*.md)
list(APPEND documents README.md CHANGELOG.md LICENSE ipc/README.md store/README.md store/FORMAT.md
    store/include/dummycache/cache.hpp store/include/dummycache/error.hpp tools/redis/README.md
    tools/remote/include/dummycache/remote.hpp tests/bench/README.md)
foreach(document ${documents})
    get_filename_component(folder ${document} DIRECTORY)
    install(FILES ${PROJECT_SOURCE_DIR}/${document} DESTINATION ${CMAKE_INSTALL_DOCDIR}/${folder} OPTIONAL)
endforeach()
