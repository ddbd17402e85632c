// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing;

import java.io.IOException;
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

/** The public API of a module: its top-level types, and the internal types that their signatures show. */
public final class PublicTypes {
    private final Class<?> anchor;
    private final Set<String> exported;

    private PublicTypes(Class<?> anchor, Set<String> exported) {
        this.anchor = anchor;
        this.exported = exported;
    }

    /**
     * Reads the exported packages of a module.
     *
     * @param module the module's directory
     * @param anchor a type of the package that all others are below
     */
    public static PublicTypes of(String module, Class<?> anchor) throws IOException {
        Path info = Path.of(System.getProperty("epik.root", ".."), module, "src/main/java/module-info.java");
        return new PublicTypes(
                anchor,
                Pattern.compile("exports ([\\w.]+);")
                        .matcher(Files.readString(info))
                        .results()
                        .map(found -> found.group(1))
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** Returns the names of the public top-level types, sorted, without those of the {@code spi} packages. */
    public List<String> names() {
        return exported.stream()
                .filter(name -> !name.endsWith(".spi"))
                .flatMap(this::publicTypes)
                .map(Class::getName)
                .sorted()
                .toList();
    }

    /** Returns which public types show an internal type in a visible signature; empty if none does. */
    public Set<String> shownInternalTypes() {
        Set<String> internal = new TreeSet<>();
        for (String name : exported) {
            publicTypes(name).forEach(type -> addInternalTypes(type, internal));
        }
        return internal;
    }

    /** Returns the public top-level types of a package. */
    private Stream<Class<?>> publicTypes(String packageName) {
        try {
            Path classes = Path.of(
                    anchor.getProtectionDomain().getCodeSource().getLocation().toURI());
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

    private Class<?> load(String name) throws ClassNotFoundException {
        return Class.forName(name, false, anchor.getClassLoader());
    }

    /** Adds what the type and its visible nested types show. */
    private void addInternalTypes(Class<?> type, Set<String> internal) {
        Set<Type> shown = new HashSet<>();
        addMembers(type, shown);
        Set<Class<?>> classes = new HashSet<>();
        shown.forEach(each -> addClasses(each, classes));
        classes.stream()
                .filter(each -> isInternal(each))
                .forEach(each -> internal.add(type.getName() + " shows " + each.getName()));
        for (Class<?> nested : type.getDeclaredClasses()) {
            if (isVisible(nested.getModifiers())) {
                addInternalTypes(nested, internal);
            }
        }
    }

    private boolean isInternal(Class<?> type) {
        return type.getName().startsWith(anchor.getPackageName())
                && (!exported.contains(type.getPackageName()) || !isVisible(type));
    }

    /**
     * Adds the types that the visible members show. A superclass may be internal, because callers need not name it, but
     * its visible members are checked.
     */
    private void addMembers(Class<?> type, Set<Type> shown) {
        Class<?> parent = type.getSuperclass();
        if (parent != null && isInternal(parent)) {
            addMembers(parent, shown);
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
