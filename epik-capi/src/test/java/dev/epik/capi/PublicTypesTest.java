// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds the public API of the module: its top-level types by name, and that no signature shows an internal type. A type
 * that is added or removed is a changed row here.
 */
class PublicTypesTest {
    private static final int MAX_TYPES = 34;
    private static final String OURS = "dev.epik.capi";

    /** Without the types of the {@code spi} packages, which are incubating. */
    private static final String TYPES = """
            dev.epik.capi.AccessToken
            dev.epik.capi.AccountClient
            dev.epik.capi.AdAccount
            dev.epik.capi.ConversionDeletion
            dev.epik.capi.DeadLetter
            dev.epik.capi.DeliveryListener
            dev.epik.capi.DeliveryStats
            dev.epik.capi.EpikClient
            dev.epik.capi.EpikException
            dev.epik.capi.ErasureRequest
            dev.epik.capi.Mode
            dev.epik.capi.Outcome
            dev.epik.capi.StoredEvent
            dev.epik.capi.SubmitResult
            dev.epik.capi.TokenSource
            dev.epik.capi.event.ActionSource
            dev.epik.capi.event.AppInfo
            dev.epik.capi.event.ConversionEvent
            dev.epik.capi.event.Customer
            dev.epik.capi.event.DeviceInfo
            dev.epik.capi.event.Item
            dev.epik.capi.event.Problem
            dev.epik.capi.event.Visit
            dev.epik.capi.oauth.FileTokenStore
            dev.epik.capi.oauth.JdbcTokenStore
            dev.epik.capi.oauth.OAuthApp
            dev.epik.capi.oauth.OAuthTokens
            dev.epik.capi.outbox.JdbcOutbox
            dev.epik.capi.outbox.MemoryOutbox
            dev.epik.capi.outbox.SpooledOutbox
            dev.epik.capi.outbox.SqliteOutbox
            dev.epik.capi.servlet.EpikContextListener
            dev.epik.capi.servlet.ServletVisit
            dev.epik.capi.servlet.TrustedProxies
            """;

    @Test
    void thePublicTypesAreThoseOfTheList() throws Exception {
        List<String> types = exportedPackages().stream()
                .filter(name -> !name.endsWith(".spi"))
                .flatMap(PublicTypesTest::publicTypes)
                .map(Class::getName)
                .sorted()
                .toList();
        assertEquals(TYPES.strip(), String.join("\n", types));
        assertTrue(types.size() <= MAX_TYPES, () -> types.size() + " public types");
    }

    @Test
    void noPublicSignatureShowsAnInternalType() throws Exception {
        Set<String> exported = exportedPackages();
        Set<String> internal = new TreeSet<>();
        for (String name : exported) {
            publicTypes(name).forEach(type -> addInternalTypes(type, exported, internal));
        }
        assertEquals(Set.of(), internal);
    }

    private static Set<String> exportedPackages() throws Exception {
        Path module = Path.of(System.getProperty("epik.root", ".."), "epik-capi/src/main/java/module-info.java");
        return Pattern.compile("exports ([\\w.]+);")
                .matcher(Files.readString(module))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the public top-level types of a package. */
    private static Stream<Class<?>> publicTypes(String packageName) {
        try {
            Path classes = Path.of(EpikClient.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            List<Class<?>> types = new ArrayList<>();
            try (Stream<Path> files = Files.list(classes.resolve(packageName.replace('.', '/')))) {
                for (Path file : files.toList()) {
                    String name = file.getFileName().toString();
                    if (name.endsWith(".class") && !name.contains("$") && !name.startsWith("package-info")) {
                        types.add(load(packageName + "." + name.substring(0, name.length() - ".class".length())));
                    }
                }
            }
            return types.stream().filter(type -> Modifier.isPublic(type.getModifiers()));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Class<?> load(String name) throws ClassNotFoundException {
        return Class.forName(name, false, EpikClient.class.getClassLoader());
    }

    /** Adds what the type and its visible nested types show. */
    private static void addInternalTypes(Class<?> type, Set<String> exported, Set<String> internal) {
        Set<Type> shown = new HashSet<>();
        addMembers(type, exported, shown);
        Set<Class<?>> classes = new HashSet<>();
        shown.forEach(each -> addClasses(each, classes));
        classes.stream()
                .filter(each -> isInternal(each, exported))
                .forEach(each -> internal.add(type.getName() + " shows " + each.getName()));
        for (Class<?> nested : type.getDeclaredClasses()) {
            if (isVisible(nested.getModifiers())) {
                addInternalTypes(nested, exported, internal);
            }
        }
    }

    private static boolean isInternal(Class<?> type, Set<String> exported) {
        return type.getName().startsWith(OURS) && (!exported.contains(type.getPackageName()) || !isVisible(type));
    }

    /**
     * Adds the types that the visible members show. A superclass may be internal, because callers need not name it, but
     * its visible members are checked.
     */
    private static void addMembers(Class<?> type, Set<String> exported, Set<Type> shown) {
        Class<?> parent = type.getSuperclass();
        if (parent != null && isInternal(parent, exported)) {
            addMembers(parent, exported, shown);
        }
        shown.addAll(List.of(type.getGenericInterfaces()));
        if (type.isSealed()) {
            shown.addAll(List.of(type.getPermittedSubclasses()));
        }
        addBounds(type.getTypeParameters(), shown);
        for (Field field : type.getDeclaredFields()) {
            if (isVisible(field.getModifiers())) {
                shown.add(field.getGenericType());
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            addSignature(constructor, shown);
        }
        for (Method method : type.getDeclaredMethods()) {
            if (!method.isBridge() && isVisible(method.getModifiers())) {
                addSignature(method, shown);
                shown.add(method.getGenericReturnType());
            }
        }
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static boolean isVisible(Class<?> type) {
        Class<?> outer = type.getDeclaringClass();
        return isVisible(type.getModifiers()) && (outer == null || isVisible(outer));
    }

    private static void addSignature(Executable executable, Set<Type> shown) {
        if (isVisible(executable.getModifiers())) {
            shown.addAll(List.of(executable.getGenericParameterTypes()));
            shown.addAll(List.of(executable.getGenericExceptionTypes()));
            addBounds(executable.getTypeParameters(), shown);
        }
    }

    private static void addBounds(TypeVariable<?>[] parameters, Set<Type> shown) {
        for (TypeVariable<?> parameter : parameters) {
            shown.addAll(List.of(parameter.getBounds()));
        }
    }

    private static void addClasses(Type type, Set<Class<?>> classes) {
        if (type instanceof Class<?> found) {
            classes.add(found.isArray() ? found.getComponentType() : found);
        } else if (type instanceof ParameterizedType generic) {
            addClasses(generic.getRawType(), classes);
            Stream.of(generic.getActualTypeArguments()).forEach(each -> addClasses(each, classes));
        } else if (type instanceof GenericArrayType array) {
            addClasses(array.getGenericComponentType(), classes);
        } else if (type instanceof WildcardType wildcard) {
            Stream.of(wildcard.getUpperBounds()).forEach(each -> addClasses(each, classes));
            Stream.of(wildcard.getLowerBounds()).forEach(each -> addClasses(each, classes));
        }
    }
}
